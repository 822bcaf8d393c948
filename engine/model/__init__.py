"""Plain data and state machines. No I/O, no clock, no database."""

"""What a person chooses for themselves: language, time zone, password."""

"""Rules that run by themselves."""

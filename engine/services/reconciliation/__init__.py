"""Comparing what the store has open, what is here, what providers have and what was written back."""

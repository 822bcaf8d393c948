"""Integrated providers: how they are reached, and what was said."""

"""Comparisons with stores and providers, and what differs."""

"""Stores and what their imports saw."""

"""Carriers: whom labels are made or bought from."""

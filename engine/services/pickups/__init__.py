"""Drivers of carriers who are asked to come."""

"""Accounts and who belongs to them."""

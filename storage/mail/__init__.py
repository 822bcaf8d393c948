"""Mails to people, and when they want which of them."""

"""Pages about what the account has of its clients' products, and how that came about."""

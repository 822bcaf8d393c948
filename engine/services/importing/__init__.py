"""Bringing a store's orders in: by plan, by webhook or on demand, and saying why one is not here."""

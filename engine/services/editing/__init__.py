"""People set fields of orders: what may be set and to what, what follows, who did it, and how it is undone."""

"""What carriers asked for orders, and what was compared."""

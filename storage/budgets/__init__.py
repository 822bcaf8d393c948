"""Request budgets that all processes share."""

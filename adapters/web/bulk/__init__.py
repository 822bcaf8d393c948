"""Acting on many orders: the question before it begins, its progress, each order's result, and the way back."""

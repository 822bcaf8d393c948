"""Price lists of 3PLs, and what their clients owe them."""

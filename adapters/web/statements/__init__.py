"""The pages of what clients owe their 3PLs."""

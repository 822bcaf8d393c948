"""Merchants and 3PLs that work together: invited, approved or declined, and removed."""

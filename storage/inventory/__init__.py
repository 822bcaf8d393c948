"""What 3PLs have of their clients' products."""

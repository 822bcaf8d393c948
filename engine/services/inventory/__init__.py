"""What 3PLs have of their clients' products: counting, reserving, moving."""

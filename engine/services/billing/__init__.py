"""What a 3PL's clients owe it: prices, statements, payments."""

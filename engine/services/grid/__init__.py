"""How people want to see their orders."""

"""Orders and the decisions about them."""

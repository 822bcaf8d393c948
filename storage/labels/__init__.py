"""Labels that were bought, and what is printed for them."""

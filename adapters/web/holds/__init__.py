"""The page of everything that is held."""

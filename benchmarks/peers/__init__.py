"""Other rule engines, put to the work that `rules run` does. They know the product's files and none of its code."""

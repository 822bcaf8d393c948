"""What happens: the model, the decision and the use cases. Imports `rules` and nothing else of the product."""

"""Fulfillment providers with systems of their own: one package for each way to speak with them."""

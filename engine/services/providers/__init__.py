"""Fulfillment providers with a system of their own: connected, told, and listened to."""

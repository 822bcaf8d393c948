"""Stores: connecting one, its settings and credentials, its webhooks, and its end."""

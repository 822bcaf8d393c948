"""Tenants, their people, places, contracts and connections."""

"""Providers' systems that speak signed HTTP (docs/integrated-providers.md)."""

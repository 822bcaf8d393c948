"""Printers of the network."""

"""How far parcels have come."""

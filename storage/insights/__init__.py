"""How quickly and how well those work who ship for others."""

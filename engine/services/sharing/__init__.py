"""Rule sets that accounts offer each other."""

"""What carriers are given at the end of the day."""

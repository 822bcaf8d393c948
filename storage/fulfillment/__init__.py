"""What was handed to providers, and what left."""

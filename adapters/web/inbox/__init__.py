"""What stands still until a person acts."""

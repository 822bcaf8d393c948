"""What stands still until a person acts, worked out of what is kept anyway."""

"""What differs between stores, what is here, and providers."""

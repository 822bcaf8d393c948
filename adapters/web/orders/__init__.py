"""The pages about an account's orders."""

"""What comes first in a new account."""

"""Named lists of accounts."""

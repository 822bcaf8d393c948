"""Named lists of an account: kept, changed, read from files and written to them."""

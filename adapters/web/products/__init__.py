"""The page of the account's own products, with what its providers have of them."""

"""Finding a page, an order or a rule by what one remembers of it."""

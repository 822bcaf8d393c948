"""Connected clients as a kind of store: what they ask a 3PL to ship comes by it like the orders of any other."""

"""Work that is done outside the transaction that asked for it: what kinds there are, when it is due, who does it."""

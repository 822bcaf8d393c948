"""Own delivery, or a contract with rates of one's own: its labels, numbers and prices are made here."""

"""Labels on the pages: the form that buys them, what an order's page shows of them, printing and voiding."""

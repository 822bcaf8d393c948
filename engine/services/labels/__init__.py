"""Labels: choosing carrier and service, buying once, giving back, printing."""

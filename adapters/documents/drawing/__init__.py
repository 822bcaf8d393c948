"""Labels and slips as data, in millimetres from the upper left corner, and what makes PDF, PNG and ZPL of it."""

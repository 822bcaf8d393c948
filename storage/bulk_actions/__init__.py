"""Things that people do with many orders at once, and what came of each order."""

"""Following parcels on their way: asking carriers, keeping what they say, and telling people what goes wrong."""

"""Rule sets while they are edited: drafts, what is wrong with them, and how they become versions."""

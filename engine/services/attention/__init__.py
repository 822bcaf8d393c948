"""What stands still and what goes on by itself: of each order what is to be done next, by whom, why, and how."""

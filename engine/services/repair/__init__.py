"""What people do where an order went another way than planned: release, cancel, restore, duplicate, create, split, combine."""

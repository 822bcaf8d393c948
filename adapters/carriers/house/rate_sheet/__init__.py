"""The rate sheet of a contract of one's own: what its YAML text holds, and what a parcel costs by it."""

"""What accounts say once of products and shipping methods, for orders that do not say it themselves."""

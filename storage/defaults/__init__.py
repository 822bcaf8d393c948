"""What accounts say once of their products and of the shipping methods of their stores."""

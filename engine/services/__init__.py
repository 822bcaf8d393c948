"""Use cases, one a file. Each is a function that takes the application first; none knows HTTP, SQL or HTML."""

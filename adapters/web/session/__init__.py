"""Log-in, log-out and the language of the pages."""

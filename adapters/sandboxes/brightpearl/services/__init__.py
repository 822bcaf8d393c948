"""The services of the API, one module each; every module has a `routes()` with paths relative to the account."""

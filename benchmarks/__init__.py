"""Measurements of the whole product from outside. README.md says what each measures and what came out."""

# What the sandbox lets in by default.
ACCOUNT_CODE = "testacct"
USERNAME = "u@example.com"
PASSWORD = "secret"  # noqa: S105 - the stand-in's own

"""The mails of an account, and when a person wants which."""

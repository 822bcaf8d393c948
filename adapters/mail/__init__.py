"""How mails leave: by an SMTP server, or as files."""

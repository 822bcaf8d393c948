"""Mails: written with what they are about, sent apart from it, and when people want them."""

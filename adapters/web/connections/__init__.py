"""The pages of one connection between a merchant and a 3PL: its review, how it stands, and its end."""

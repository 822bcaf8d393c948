"""The pages about what a 3PL's clients asked it to ship."""

"""What is saved and printed: statements as CSV and PDF."""

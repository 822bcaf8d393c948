"""What is saved and printed: statements as CSV and PDF, and what draws labels and slips."""

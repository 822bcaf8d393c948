"""The pages that compare and count."""

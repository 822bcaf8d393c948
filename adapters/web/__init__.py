"""The pages people work with: log-in, orders, and what a 3PL was asked to ship."""

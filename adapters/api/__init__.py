"""What other programs call: the addresses that stores' webhooks go to."""

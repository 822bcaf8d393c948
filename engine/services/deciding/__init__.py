"""An account's rules at work: publishing them, running them over orders, explaining what they did."""

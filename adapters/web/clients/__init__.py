"""The pages about a 3PL's clients: who they are, and inviting one."""

"""The people of an account: who they are, who is invited, what each may do."""

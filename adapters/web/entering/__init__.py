"""Ways in for who has not logged in yet: sign-up, a new password, an invitation."""

"""People, roles, sign-in, second factor."""

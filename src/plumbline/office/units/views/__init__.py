"""What the pages of the register read from a request and call; one module a topic."""

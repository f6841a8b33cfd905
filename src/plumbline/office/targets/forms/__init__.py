"""Forms of the plan's pages; one module a part of the year."""

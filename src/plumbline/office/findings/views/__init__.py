"""Pages of findings and notices."""

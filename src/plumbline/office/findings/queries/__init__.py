"""Lists of findings and notices."""

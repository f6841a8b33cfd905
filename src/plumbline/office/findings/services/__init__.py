"""What is done to findings and notices."""

"""What every room may use, one topic a file."""

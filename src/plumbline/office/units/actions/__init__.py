"""Acts that are recorded in the audit."""

"""Uploaded files, kept once by the digest of their content."""

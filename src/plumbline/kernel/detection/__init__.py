"""Sigma."""

"""Plumbline (准绳): from a county office's promised targets to the evidence that they were met."""

__version__ = "0.1.0"

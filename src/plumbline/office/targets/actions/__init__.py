"""The acts of this room that are recorded; one module a part of the year, each registers its own."""

"""Kinds of records that values rest on; one module a kind, each registers itself when the room starts."""

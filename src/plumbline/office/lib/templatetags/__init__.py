"""Template tags of the whole office."""

"""Template tags of the plans and their year."""

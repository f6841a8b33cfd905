"""Checklists: read from files of several kinds, checked, branched, scored, compared. Pure Python."""

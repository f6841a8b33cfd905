"""Checklists, the yearly plan of inspections, visits, self-checks and scan imports."""

"""A report on what was detected, as one HTML file for people who have never seen a rule."""

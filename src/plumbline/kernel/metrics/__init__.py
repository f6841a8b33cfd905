"""Measures of indicators: what was counted, over what, with which evidence."""

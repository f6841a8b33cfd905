"""Widths of the columns for numbers."""

#: yuan, to the fen
MONEY = {"max_digits": 18, "decimal_places": 2}
#: a target or a measured value, in its own unit
NUMBER = {"max_digits": 24, "decimal_places": 8}

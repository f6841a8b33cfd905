"""Pure Python: no Django, no network, no clock (time is passed in)."""

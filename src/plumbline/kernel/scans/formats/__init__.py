"""One format a module; each registers itself with `FORMATS`."""

"""One file format a module: bytes in, `Source` out."""

"""One file format a module: bytes in, `ChecklistDraft` out. A newcomer adds one file with `@reader`."""

"""Charts as plain figure dicts built from lists: layout only, no arithmetic on figures and no SQL."""

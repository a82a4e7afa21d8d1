"""A curator's edits: load a round, designate, end, change field, rename, move an id, correct a value."""

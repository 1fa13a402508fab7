"""Facts, and the one way to add to them: load, fold, decide, append at the expected version."""

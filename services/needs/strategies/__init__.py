"""Strategies: what will be done about the needs found, in which order, with what."""

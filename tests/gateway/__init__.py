"""Answering: what everyone may see, folded from what was published."""

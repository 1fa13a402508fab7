"""Rebases: where a measure's chart starts again, with a reason and a second person's approval."""

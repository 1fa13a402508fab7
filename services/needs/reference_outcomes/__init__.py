"""Outcomes that a partnership may adopt: the health priorities for children, with indicators."""

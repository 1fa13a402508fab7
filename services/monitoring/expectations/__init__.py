"""Expectations: what providers say of their commissioner, one score per contract and year."""

"""Pooled funds: one stream for each fund and financial year."""

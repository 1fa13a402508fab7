"""Compacts: what a partnership wants of its contracts under the Compact, and why one differs."""

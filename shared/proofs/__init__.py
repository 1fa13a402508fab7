"""Proofs over a ledger: hash trees, what is signed of them, and how anyone checks it."""

"""Proof of the pooled funds' books: trees over the postings, what is signed of them, seals."""

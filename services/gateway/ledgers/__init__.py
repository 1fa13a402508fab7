"""The pooled funds' books: a double-entry ledger folded from what contracts publishes."""

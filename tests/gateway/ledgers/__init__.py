"""The pooled funds' books, to the penny."""

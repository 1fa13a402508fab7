"""Partners: each agency's own log of what it may see, its feed, and the documents about it."""

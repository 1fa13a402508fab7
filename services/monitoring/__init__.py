"""Review: returns, flags, reviews, incidents."""

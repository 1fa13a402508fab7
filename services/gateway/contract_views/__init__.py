"""Contract views: one contract as terms, outcomes, measures, returns, payments, flags, notices."""

"""Returns: a provider's report on one contract and one period, from its due date to its figures."""

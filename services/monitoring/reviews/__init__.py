"""Reviews: the formal review of one contract in one financial year."""

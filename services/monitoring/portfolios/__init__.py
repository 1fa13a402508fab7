"""Portfolios: one provider's live contracts, so that what befalls the provider reaches each."""

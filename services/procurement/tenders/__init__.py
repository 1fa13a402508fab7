"""Tenders: a provider is chosen on a published specification, from opening to confirmation."""

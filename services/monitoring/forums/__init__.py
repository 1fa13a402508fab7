"""Forums: the provider forum of one partnership, between its providers and its board."""

"""Areas of the country and the statistical neighbours to compare them with: reference data."""

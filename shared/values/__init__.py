"""Money, quarters, working days and shares: exact, pure, small."""

"""Money, quarters, working days and shares."""

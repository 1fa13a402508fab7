"""What leaves of figures, and what an attacker makes of it."""

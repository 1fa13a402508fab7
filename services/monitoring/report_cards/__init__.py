"""What stands beside a contract's figures: partners, what works, the action plan."""

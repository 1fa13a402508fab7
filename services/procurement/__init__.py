"""Do: choose who will provide."""

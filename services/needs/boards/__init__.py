"""What comes to a board between and beside its meetings."""

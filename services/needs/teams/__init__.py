"""Teams that work beside a board, and who is in them."""

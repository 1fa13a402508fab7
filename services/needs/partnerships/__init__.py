"""Partnerships: which agencies decide together, who sits on the board, by which rules."""

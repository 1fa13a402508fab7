"""Ballots: what was chosen, under a receipt that only the voter knows to be theirs."""

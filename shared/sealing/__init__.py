"""Bids sealed on the bidder's side: any two of the opening officers open one, nobody else does."""

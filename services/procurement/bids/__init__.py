"""The sealing and opening of a tender's bids: its officers, their keys, their parts."""

"""Sealed bids: the format, its vectors, and what opens an envelope."""

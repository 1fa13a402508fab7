"""Meetings: agenda, papers, interests, votes, and what the board decided."""

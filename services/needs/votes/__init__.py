"""Votes: children and young people say how a sum is to be shared out."""

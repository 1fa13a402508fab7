"""Entries beside figures: stories, partners' parts, ideas of what works, and actions.

Law: whoever keeps entries keeps them by these rules; what an entry says is for its room to store.
"""

"""Planned procurements: what is to be bought in the place of a service that is redesigned."""

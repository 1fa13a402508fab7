"""The published events of each service: the system's public contract, declared once.

A shipped event never changes: an added optional field keeps its version, anything else is a new
version with an upcaster. Ids are opaque strings; money is whole pence; free text is cited, never
carried.
"""

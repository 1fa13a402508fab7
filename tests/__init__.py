"""Sentences about the system, each of which can turn out false.

Law: fixed dates and ids, no mocks in the core, nothing waited for by sleeping.
"""

"""Contracts, SLAs and grants: drafted from an award, signed, paid, varied and ended."""

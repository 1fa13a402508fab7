"""Procurement law as dated data: who owes which notice, by when, and the section that says so."""

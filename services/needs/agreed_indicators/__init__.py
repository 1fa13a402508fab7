"""The indicators a board agreed for a year, and the yearly report of performance against them."""

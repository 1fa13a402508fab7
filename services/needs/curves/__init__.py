"""How a partnership turns the curve of a population outcome."""

"""A fund's books in the files that other bookkeeping tools read."""

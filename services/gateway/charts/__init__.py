"""Charts: a series goes in and comes back judged; nothing of it is kept."""

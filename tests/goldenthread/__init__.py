"""The command: what it reads, sends and tells."""

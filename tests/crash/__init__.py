"""The house under an open load while its processes are killed: what was accepted is there once."""

"""The `goldenthread` command: a client of the public API that can also start the house."""

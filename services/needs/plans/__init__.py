"""The children's plan of a partnership: the outcomes every decision is to serve."""

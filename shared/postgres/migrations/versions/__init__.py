"""The revisions, in order; one that has shipped never changes."""

"""The five services; each keeps its own log and imports none of the others."""

"""One public origin for every API: what belongs to another service is forwarded to it untouched."""

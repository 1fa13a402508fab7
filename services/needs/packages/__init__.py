"""Individual packages of care, aligned over the agencies that bear them, without a child's name."""

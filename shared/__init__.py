"""What the five services have in common: the log, the doors, the values; imports no service."""

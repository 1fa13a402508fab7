"""Partner statements, reports to the Board and the memorandum account."""

"""The framework a partnership commissions by, as data, version by version."""

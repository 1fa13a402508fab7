"""The whole system through its public door: five processes, one story, nothing stood in for."""

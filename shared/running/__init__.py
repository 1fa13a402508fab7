"""A service in operation: its plan, its settings, its parts wired together, and its operation."""

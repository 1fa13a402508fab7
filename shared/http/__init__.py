"""The one way a service speaks HTTP: who asks, what they may, what they are told."""

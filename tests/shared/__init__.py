"""What the services share, tried on the real thing."""

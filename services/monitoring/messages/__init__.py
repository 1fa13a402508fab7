"""Messages: what the officer whom a contract names is told of it, and when."""

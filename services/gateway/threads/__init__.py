"""The thread: from need to pound and back, over what every service has published."""

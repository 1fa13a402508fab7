"""Changes of services: what the board decided on what a formal review concluded."""

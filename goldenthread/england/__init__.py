"""A whole country's year through the public API, and what it cost the machine."""

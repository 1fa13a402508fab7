"""The door of charts."""

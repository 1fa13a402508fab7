"""The pages people read: drawn by the server, complete without JavaScript."""

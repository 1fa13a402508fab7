"""The deletable store: free text and files live here, events cite them by id and salted hash."""

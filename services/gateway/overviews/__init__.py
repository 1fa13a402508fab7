"""What an agency sees first: what is due, what is flagged, its funds, what was decided."""

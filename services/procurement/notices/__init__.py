"""Notices that others published: read, merged, judged, and kept with the reasons."""

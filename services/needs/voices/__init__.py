"""Voices: who was asked about what children need and get, what they said, and what changed."""

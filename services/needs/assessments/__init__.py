"""Assessments: what children need, and on what evidence."""

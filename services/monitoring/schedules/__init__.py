"""Schedules: the terms of one contract as monitoring knows them, and when its returns end."""

"""Calendars: what a partnership monitors, how often, and what is late of it."""

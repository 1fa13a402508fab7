"""What more than one rule of a meeting asks first. Pure."""

from __future__ import annotations

from services.needs.meetings.refusals import MeetingNotOpen, UnknownItem
from services.needs.meetings.state import Called, Item, Meeting, Open


def sitting(meeting: Meeting) -> Open:
    """Refuses: MeetingNotOpen."""
    if not isinstance(meeting, Open):
        raise MeetingNotOpen
    return meeting


def item_of(meeting: Called | Open, item: str) -> Item:
    """Refuses: UnknownItem."""
    if item not in meeting.items:
        raise UnknownItem
    return meeting.items[item]

"""Who reads what was said on exempt items: nobody whom the item itself is kept from."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.needs.boards.information import held_by
from services.needs.meetings.events import AgendaItem
from services.needs.meetings.showing import Reader, shown, texts_seen
from services.needs.meetings.views import ItemRow, MeetingRow
from shared.published.terms import TextRef

MINUTES, EXEMPT = (TextRef(text=UUID(int=n), digest="d") for n in (1, 2))
OPEN = ItemRow(item=AgendaItem(item="i1", title="Budget", about_kind="other", about="b"))
KEPT = ItemRow(item=replace(OPEN.item, item="i2", exempt=True), interested=("ian",))
SECRET = ItemRow(item=replace(KEPT.item, item="i3", confidential=True))
"""Nobody has an interest in it."""
HELD = MeetingRow(
    meeting="m1", partnership="p1", held_at=datetime(2026, 5, 20, 13, tzinfo=UTC),
    papers_due_at=datetime(2026, 5, 13, 13, tzinfo=UTC), status="closed", agenda=(OPEN, KEPT),
    minutes=MINUTES, exempt_minutes=EXEMPT,
)  # fmt: skip


@pytest.mark.parametrize(
    ("agenda", "person", "member", "board", "sees"),
    [
        ((OPEN, KEPT), "cat", True, True, True),
        ((OPEN, KEPT), "pia", True, False, True),
        ((OPEN, KEPT), "sue", False, False, False),
        ((OPEN, KEPT), "ian", True, True, False),
        ((OPEN, KEPT, SECRET), "cat", True, True, True),
        ((OPEN, KEPT, SECRET), "pia", True, False, False),
        ((replace(OPEN, interested=("ian",)), SECRET), "ian", True, True, True),
    ],
)
def test_the_exempt_part_of_minutes_is_kept_like_its_items(
    agenda: tuple[ItemRow, ...], person: str, member: bool, board: bool, sees: bool
) -> None:
    row, reader = replace(HELD, agenda=agenda), Reader(person=person, member=member, board=board)
    assert (EXEMPT in texts_seen(row, reader)) == sees
    assert MINUTES in texts_seen(row, reader)
    assert bool(shown(row, reader).get("exempt_minutes")) == sees
    found = {one.text for one in held_by([row], None, reader)}
    assert (EXEMPT in found, MINUTES in found) == (sees, True)

"""A search over what a board holds, for requests under the Freedom of Information Act. Pure.

Law: what is exempt or confidential is held back with its marking, and found only by who may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from services.needs.boards.views import BusinessRow
from services.needs.meetings.showing import Reader, papers_seen
from services.needs.meetings.views import MeetingRow
from shared.eventsourcing.clock import london_date
from shared.published.terms import TextRef

Kind = Literal["paper", "minutes", "decision", "chairs-action", "external-review"]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Something the board holds. `release` may be given to anybody; otherwise the marking says
    why not: `exempt` with the paragraph of the law, `confidential`, or `draft`.
    """

    kind: Kind
    title: str
    on: date
    meeting: str = ""
    text: TextRef | None = None
    release: bool
    marking: str = ""
    ground: str = ""


def held_by(
    meetings: Iterable[MeetingRow], business: BusinessRow | None, reader: Reader
) -> Iterator[Held]:
    """Everything this reader may know of."""
    for row in meetings:
        yield from _of_meeting(row, reader)
    for matter in business.matters if business and reader.member else ():
        marking = "exempt" if matter.exempt else ""
        yield Held(
            kind=matter.kind, title=matter.title, on=matter.on, text=matter.text,
            release=not marking, marking=marking,
        )  # fmt: skip


def _of_meeting(row: MeetingRow, reader: Reader) -> Iterator[Held]:
    on = london_date(row.held_at)
    for paper in papers_seen(row, reader):
        marking = "confidential" if paper.confidential else "exempt" if paper.exempt else ""
        yield Held(
            kind="paper", title=paper.title, on=on, meeting=row.meeting, text=paper.text,
            release=not marking, marking=marking, ground=paper.ground,
        )  # fmt: skip
    for item in row.agenda:
        if item.decision is None or not reader.sees_item(item):
            continue
        kept = item.item.confidential or item.item.exempt
        marking = "confidential" if item.item.confidential else "exempt" if kept else ""
        yield Held(
            kind="decision", title=item.item.title, on=item.decision.decided_on,
            meeting=row.meeting, release=not kept, marking=marking, ground=item.item.ground,
        )  # fmt: skip
    if row.minutes:
        yield Held(
            kind="minutes", title="Minutes", on=on, meeting=row.meeting, text=row.minutes,
            release=True,
        )  # fmt: skip
    if row.exempt_minutes and reader.sees_exempt_minutes(row):
        yield Held(
            kind="minutes", title="Minutes, exempt part", on=on, meeting=row.meeting,
            text=row.exempt_minutes, release=False, marking="exempt",
        )  # fmt: skip
    if row.draft and not row.minutes and reader.member:
        yield Held(
            kind="minutes", title="Draft minutes", on=on, meeting=row.meeting, text=row.draft,
            release=False, marking="draft",
        )  # fmt: skip


def names(words: str, title: str, text: str) -> bool:
    """Whether every word asked for is in the title or the text, however it is written."""
    known = f"{title}\n{text}".casefold()
    return all(word in known for word in words.casefold().split())

"""What of a meeting somebody may see. Pure.

Law: what is exempt is for the partners, what is confidential for the board itself; a member with
an interest in an item sees neither of it. To everybody else such papers are not there; an exempt
item of the agenda shows that it is one, as the law on open meetings has it, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from services.needs.answers import in_full
from services.needs.meetings.events import PaperFiled
from services.needs.meetings.views import ItemRow, MeetingRow
from shared.published.terms import PersonId, TextRef


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: of a partner, on the board (or its secretary, or an auditor), or neither."""

    person: PersonId
    member: bool
    board: bool

    def sees_item(self, item: ItemRow) -> bool:
        """Whether more than its being exempt."""
        if self.person in item.interested:
            return not item.item.exempt
        if item.item.confidential:
            return self.board
        return self.member or not item.item.exempt

    def sees_paper(self, item: ItemRow, paper: PaperFiled) -> bool:
        if not paper.exempt:
            return True
        if self.person in item.interested:
            return False
        return self.board if paper.confidential else self.member

    def sees_exempt_minutes(self, row: MeetingRow) -> bool:
        """Whether what was said on the exempt items, all of them together."""
        kept = [item for item in row.agenda if item.item.exempt]
        return self.member and all(
            self.sees_item(item) and self.person not in item.interested for item in kept
        )


def papers_seen(row: MeetingRow, reader: Reader) -> Iterator[PaperFiled]:
    """Every paper of a meeting that this reader may open."""
    for item in row.agenda:
        yield from (paper for paper in item.papers if reader.sees_paper(item, paper))


def texts_seen(row: MeetingRow, reader: Reader) -> list[TextRef | None]:
    """The texts of a meeting that this reader may open: papers, why they were late, minutes."""
    papers = list(papers_seen(row, reader))
    found = [*(one.text for one in papers), *(one.urgent for one in papers), row.minutes]
    found += [row.draft] if reader.member else []
    return [*found, row.exempt_minutes] if reader.sees_exempt_minutes(row) else found


def shown(row: MeetingRow, reader: Reader) -> dict[str, Any]:
    """What one may see of a meeting: who was there and who voted how, only partners."""
    content: dict[str, Any] = in_full(row)
    content["agenda"] = [
        _item(row, item, reader)
        for item in row.agenda
        if reader.board or not item.item.confidential
    ]
    if not reader.sees_exempt_minutes(row):
        content["exempt_minutes"] = None
    if not reader.member:
        for kept in ("present", "came", "draft", "exempt_minutes", "substitutes", "board"):
            del content[kept]
    return content


def _item(row: MeetingRow, item: ItemRow, reader: Reader) -> dict[str, Any]:
    if not reader.sees_item(item):
        ground = {"ground": item.item.ground} if item.item.ground else {}
        return {"item": {"item": item.item.item, "exempt": True, **ground}}
    content: dict[str, Any] = in_full(item)
    content["papers"] = [in_full(one) for one in item.papers if reader.sees_paper(item, one)]
    if not reader.member:
        return {name: content[name] for name in ("item", "papers", "decision")}
    if item.decision is None:
        content["quorum"] = in_full(row.quorum_now(item))
    return content

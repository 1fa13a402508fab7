"""A provider forum as its members see it: instructions, issues, answers, reports, as they came."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from services.monitoring.forums.decider import FORUMS
from services.monitoring.forums.events import ForumInstructed, IssueAnswered, IssueRaised
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.reviewing import ForumReported
from shared.published.terms import AgencyId, PartnershipId, TextRef


class Said(Row, frozen=True, kw_only=True):
    """One thing said. `about` is the issue answered or the instruction reported on."""

    id: str
    kind: Literal["instruction", "issue", "answer", "report"]
    at: datetime
    text: TextRef
    provider: AgencyId = ""
    about: str = ""
    meeting: str = ""


class ForumRow(Row, frozen=True, kw_only=True):
    partnership: PartnershipId
    said: tuple[Said, ...] = ()
    version: int = 0


def fold(row: ForumRow | None, recorded: Recorded) -> ForumRow | None:
    row = row or ForumRow(partnership=recorded.subject)
    said = _said(recorded)
    if said is None:
        return row
    return replace(row, said=(*row.said, said), version=recorded.envelope.version)


def _said(recorded: Recorded) -> Said | None:
    at = recorded.recorded_at
    match recorded.event:
        case ForumInstructed() as event:
            return Said(
                id=event.instruction, kind="instruction", at=at, text=event.text,
                meeting=event.meeting,
            )  # fmt: skip
        case IssueRaised() as event:
            return Said(
                id=event.issue, kind="issue", at=at, text=event.text, provider=event.provider
            )
        case IssueAnswered() as event:
            return Said(
                id=str(event.text.text), kind="answer", at=at, text=event.text, about=event.issue
            )
        case ForumReported() as event:
            return Said(
                id=event.report, kind="report", at=at, text=event.text, about=event.instruction
            )
        case _:
            return None


FORUM_ROWS: View[ForumRow] = View(
    name="forums",
    source="monitoring",
    row=ForumRow,
    events=FORUMS.events,
    key=subject_of,
    fold=fold,
)

"""The drafts a strategic partnership was sent, and what is agreed about what they share."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from services.needs.drafts.decider import DRAFTS
from services.needs.drafts.events import DraftSent, SharedIssueAgreed, SharedIssueProposed
from services.needs.drafts.finding import Found, shared_issues
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of

Standing = Literal["found", "proposed", "agreed"]


class DraftsRow(Row, frozen=True, kw_only=True):
    """`agreed` are the partnerships that agreed to an issue's newest proposal, by issue."""

    drafts: tuple[DraftSent, ...] = ()
    proposals: dict[str, SharedIssueProposed]
    agreed: dict[str, tuple[str, ...]]
    version: int = 0


def fold(row: DraftsRow | None, recorded: Recorded) -> DraftsRow | None:
    """The row after one more event."""
    row = row or DraftsRow(proposals={}, agreed={})
    return replace(_changed(row, recorded.event), version=recorded.envelope.version)


def _changed(row: DraftsRow, event: object) -> DraftsRow:
    match event:
        case DraftSent():
            left = tuple(one for one in row.drafts if one.strategy != event.strategy)
            return replace(row, drafts=(*left, event))
        case SharedIssueProposed():
            return replace(
                row,
                proposals=row.proposals | {event.issue: event},
                agreed=row.agreed | {event.issue: ()},
            )
        case SharedIssueAgreed():
            agreed = (*row.agreed.get(event.issue, ()), event.partnership)
            return replace(row, agreed=row.agreed | {event.issue: agreed})
        case _:
            return row


class IssueLine(Row, frozen=True, kw_only=True):
    """One shared issue: where it was found, what is proposed, who agreed."""

    found: Found
    standing: Standing
    proposal: SharedIssueProposed | None
    agreed: tuple[str, ...]


def issues_of(row: DraftsRow) -> tuple[IssueLine, ...]:
    """An issue is agreed once every partnership that it now concerns agreed."""
    lines: list[IssueLine] = []
    for found in shared_issues(row.drafts):
        proposal = row.proposals.get(found.issue)
        agreed = tuple(p for p in row.agreed.get(found.issue, ()) if p in found.partnerships)
        standing: Standing = "proposed" if proposal else "found"
        if proposal and set(agreed) == set(found.partnerships):
            standing = "agreed"
        lines.append(IssueLine(found=found, standing=standing, proposal=proposal, agreed=agreed))
    return tuple(lines)


DRAFTS_ROWS: View[DraftsRow] = View(
    name="drafts",
    source="needs",
    row=DraftsRow,
    events=DRAFTS.events,
    key=subject_of,
    fold=fold,
)

"""A partnership's evidence from outside its assessments, and which assessment took it up."""

from __future__ import annotations

from msgspec.structs import replace

from services.needs.findings.decider import FINDINGS
from services.needs.findings.events import EvidenceKept, EvidenceTakenUp
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId


class Kept(Row, frozen=True, kw_only=True):
    """One piece of evidence; `assessment` is empty while it waits."""

    evidence: EvidenceKept
    assessment: str = ""


class FindingsRow(Row, frozen=True, kw_only=True):
    """All of a partnership's, in the order it came."""

    partnership: PartnershipId
    evidence: tuple[Kept, ...] = ()


def fold(row: FindingsRow | None, recorded: Recorded) -> FindingsRow | None:
    row = row or FindingsRow(partnership=recorded.subject)
    match recorded.event:
        case EvidenceKept() as kept:
            return replace(row, evidence=(*row.evidence, Kept(evidence=kept)))
        case EvidenceTakenUp() as taken:
            evidence = tuple(
                replace(kept, assessment=taken.assessment)
                if kept.evidence.evidence in taken.evidence
                else kept
                for kept in row.evidence
            )
            return replace(row, evidence=evidence)
        case _:
            return row


FINDINGS_ROWS: View[FindingsRow] = View(
    name="findings",
    source="needs",
    row=FindingsRow,
    events=FINDINGS.events,
    key=subject_of,
    fold=fold,
)

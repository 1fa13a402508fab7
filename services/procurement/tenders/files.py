"""The file of a tender as a view: its dossier, interests, scores and proposal."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.dossier import Dossier, folded
from services.procurement.tenders.events import (
    AwardProposed,
    AwardRulesSet,
    BidScored,
    InterestDeclared,
    ScoresModerated,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.procurement import (
    RepresentationMade,
    RepresentationResolved,
    TenderAwarded,
    TenderOpened,
)
from shared.published.terms import PersonId, Term, TextRef


class ScoreLine(Term, frozen=True, kw_only=True):
    """What one person scored, or the consensus (`moderated`)."""

    bid: str
    person: PersonId
    scores: dict[str, int]
    reasons: TextRef
    by_criterion: dict[str, TextRef]
    moderated: bool = False


class FileRow(Row, frozen=True, kw_only=True):
    """Every score ever given is kept; a later one of the same person does not replace it."""

    tender: str
    dossier: Dossier = Dossier()
    delegated_limit_pence: int = 0
    declared: dict[PersonId, bool] = msgspec.field(default_factory=dict[PersonId, bool])
    scores: tuple[ScoreLine, ...] = ()
    proposed: str = ""
    proposed_by: PersonId = ""
    decision: str = ""
    letters_on: date | None = None
    representations: dict[str, TextRef] = {}  # noqa: RUF012


def fold(row: FileRow | None, recorded: Recorded) -> FileRow | None:
    """The file after one more event of its tender."""
    event = recorded.event
    if isinstance(event, TenderOpened):
        return FileRow(tender=event.tender)
    if row is None:
        return None
    row = replace(row, dossier=folded(row.dossier, event))  # type: ignore[arg-type]
    match event:
        case AwardRulesSet():
            return replace(row, delegated_limit_pence=event.delegated_limit_pence)
        case InterestDeclared():
            return replace(row, declared={**row.declared, event.evaluator: event.interested})
        case BidScored():
            return _scored(row, event, event.evaluator, moderated=False)
        case ScoresModerated():
            return _scored(row, event, event.moderated_by, moderated=True)
        case AwardProposed():
            return replace(row, proposed=event.bid, proposed_by=event.proposed_by)
        case TenderAwarded():
            return replace(row, decision=event.decision)
        case RepresentationMade():
            made = {**row.representations, event.representation: event.grounds}
            return replace(row, representations=made)
        case RepresentationResolved():
            left = {k: v for k, v in row.representations.items() if k != event.representation}
            return replace(row, representations=left)
        case _:
            if row.dossier.letters and row.letters_on is None:
                return replace(row, letters_on=london_date(recorded.recorded_at))
            return row


def _scored(
    row: FileRow, event: BidScored | ScoresModerated, person: PersonId, *, moderated: bool
) -> FileRow:
    line = ScoreLine(
        bid=event.bid,
        person=person,
        scores=event.scores,
        reasons=event.reasons,
        by_criterion=event.by_criterion,
        moderated=moderated,
    )
    return replace(row, scores=(*row.scores, line))


TENDER_FILES: View[FileRow] = View(
    name="tender_files",
    source="procurement",
    row=FileRow,
    events=TENDERS.events,
    key=subject_of,
    fold=fold,
)

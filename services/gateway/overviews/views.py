"""What overviews need beside the contract views: decisions of the board, and tenders' dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    BidsOpened,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    TenderAmended,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import AgencyId, PartnershipId


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner's own officer, committee or cabinet confirmed."""

    agency: AgencyId
    authority: str
    on: date


class DecisionRow(Row, frozen=True, kw_only=True):
    """A decision of the board and the home authorities given on it."""

    decision: str
    partnership: PartnershipId
    meeting: str
    about_kind: str
    about: str
    carried: bool
    exempt: bool
    decided_on: date
    votes_for: int
    votes_against: int
    abstained: int
    took_no_part: int
    majority: str = "simple"
    home_authority: tuple[Authority, ...] = ()


def fold_decision(row: DecisionRow | None, recorded: Recorded) -> DecisionRow | None:
    match recorded.event:
        case DecisionTaken() as event:
            return DecisionRow(
                decision=event.decision,
                partnership=event.partnership,
                meeting=event.meeting,
                about_kind=event.about_kind,
                about=event.about,
                carried=event.carried,
                exempt=event.exempt,
                decided_on=event.decided_on,
                votes_for=event.votes_for,
                votes_against=event.votes_against,
                abstained=event.abstained,
                took_no_part=event.took_no_part,
                majority=event.majority,
            )
        case HomeAuthorityGiven() as event if row:
            given = Authority(agency=event.agency, authority=event.authority, on=event.effective_on)
            return replace(row, home_authority=(*row.home_authority, given))
        case _:
            return row


def _decision_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "decision", None)


DECISIONS: View[DecisionRow] = View(
    name="decisions",
    source="needs",
    row=DecisionRow,
    events=(DecisionTaken, HomeAuthorityGiven),
    key=_decision_of,
    fold=fold_decision,
    indexes=("partnership", "decided_on", "about"),
)


class TenderDatesRow(Row, frozen=True, kw_only=True):
    """A tender and the next instant at which something about it ends."""

    tender: str
    partnership: PartnershipId
    procuring: AgencyId
    title: str
    bids_close_at: datetime | None
    standstill_ends_at: datetime | None = None


def fold_tender(row: TenderDatesRow | None, recorded: Recorded) -> TenderDatesRow | None:
    match recorded.event:
        case TenderOpened() as event:
            return TenderDatesRow(
                tender=event.tender,
                partnership=event.partnership,
                procuring=event.procuring,
                title=event.title,
                bids_close_at=event.bids_close_at,
            )
        case TenderAmended() as event if row:
            return replace(
                row,
                title=event.title or row.title,
                bids_close_at=event.bids_close_at or row.bids_close_at,
            )
        case BidsOpened() if row:
            return replace(row, bids_close_at=None)
        case AwardNoticePublished() as event if row:
            return replace(row, standstill_ends_at=event.standstill_ends_at)
        case RepresentationResolved() as event if row:
            return replace(row, standstill_ends_at=event.standstill_ends_at)
        case StandstillEnded() | RepresentationMade() if row:
            return replace(row, standstill_ends_at=None)
        case AwardConfirmed() | TenderCancelled():
            return None
        case _:
            return row


def _tender_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "tender", None)


TENDER_DATES: View[TenderDatesRow] = View(
    name="tender_dates",
    source="procurement",
    row=TenderDatesRow,
    events=(
        TenderOpened, TenderAmended, BidsOpened, AwardNoticePublished, StandstillEnded,
        RepresentationMade, RepresentationResolved, AwardConfirmed, TenderCancelled,
    ),
    key=_tender_of,
    fold=fold_tender,
    indexes=("partnership",),
)  # fmt: skip

VIEWS: tuple[View[Any], ...] = (DECISIONS, TENDER_DATES)

"""Tenders as they are listed and shown, and the deadlines they set. Nothing sealed is in here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from services.procurement.bids.events import (
    BidNotOpened,
    OpeningKeyRegistered,
    OpeningOfficersNamed,
    OpeningPartsGiven,
    Unopened,
)
from services.procurement.bids.state import PanelEvent
from services.procurement.regimes import Buyer, ServiceKind, Standing
from services.procurement.tenders.commands import EndStandstill, TenderCommand
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import (
    BidSealed,
    BidUnsealed,
    BidWithdrawn,
    LateBidTurnedAway,
    QuestionAsked,
    RegimeStated,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.procurement import (
    AwardConfirmed,
    AwardNoticePublished,
    BidsOpened,
    Criterion,
    Lot,
    Party,
    QuestionAnswered,
    Regime,
    RepresentationMade,
    RepresentationResolved,
    StandstillEnded,
    StandstillNotRequired,
    TenderAmended,
    TenderAwarded,
    TenderCancelled,
    TenderOpened,
)
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef

Status = Literal["open", "evaluating", "awarded", "confirmed", "cancelled"]


class BidLine(Row, frozen=True, kw_only=True):
    """A bid once opened; before that only that it is there."""

    bid: str
    provider: AgencyId
    annual_price_pence: int | None = None
    offer: TextRef | None = None
    sealed_at: datetime | None = None
    envelope_sha256: str = ""
    envelope_bytes: int = 0


class OpeningKey(Row, frozen=True, kw_only=True):
    """An opening officer, their public key in base64 once registered, whether parts were given."""

    officer: PersonId
    public: str = ""
    gave_parts: bool = False
    unfitting: tuple[str, ...] = ()


class Closed(Row, frozen=True, kw_only=True):
    """A bid that could not be opened, and why."""

    bid: str
    provider: AgencyId
    reason: Unopened


class Waiting(Row, frozen=True, kw_only=True):
    """A question without an answer yet; who asked stays unnamed."""

    question: str
    asked: TextRef


class TenderRow(Row, frozen=True, kw_only=True):
    """A tender as the partners and the bidders may see it."""

    tender: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    title: str
    regime: Regime
    criteria: tuple[Criterion, ...]
    bids_close_at: datetime
    status: Status = "open"
    bids: tuple[BidLine, ...] = ()
    late: int = 0
    answers: tuple[QuestionAnswered, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    statutory_regime: Regime | None = None
    kind_of_service: ServiceKind = "social-care"
    regime_section: str = ""
    regime_reason: str = ""
    regime_standing: Standing = "statutory"
    awarded_to: AgencyId = ""
    annual_price_pence: int = 0
    standstill_ends_at: datetime | None = None
    no_standstill_section: str = ""
    representations: int = 0
    award: str = ""
    opening: tuple[OpeningKey, ...] = ()
    envelopes: tuple[str, ...] = ()
    unopened: tuple[Closed, ...] = ()
    whole_term_pence: int = 0
    buyer: Buyer = "sub-central"
    opened_on: date | None = None
    planned_on: date | None = None
    notice_on: date | None = None
    lot: Lot | None = None
    procurement: str = ""
    payer: AgencyId = ""
    joint_with: tuple[PartnershipId, ...] = ()
    amendments: tuple[TenderAmended, ...] = ()
    parties: tuple[Party, ...] = ()
    unsuccessful: bool = False
    version: int = 0


def fold(row: TenderRow | None, recorded: Recorded) -> TenderRow | None:
    """The row after one more event of its tender."""
    event = recorded.event
    if isinstance(event, TenderOpened):
        row = replace(_opened(event), opened_on=london_date(recorded.recorded_at))
    elif row is not None:
        row = _changed(_with_bids(row, event), event)
    return row and replace(row, version=recorded.envelope.version)


def _opened(event: TenderOpened) -> TenderRow:
    return TenderRow(
        tender=event.tender,
        partnership=event.partnership,
        specification=event.specification,
        procuring=event.procuring,
        title=event.title,
        regime=event.regime,
        criteria=event.criteria,
        bids_close_at=event.bids_close_at,
        lot=event.lot,
        procurement=event.lot.procurement if event.lot else "",
        payer=event.payer,
        joint_with=event.joint_with,
    )


def _changed(row: TenderRow, event: object) -> TenderRow:
    match event:
        case TenderAmended():
            return replace(
                row,
                title=event.title or row.title,
                criteria=event.criteria or row.criteria,
                bids_close_at=event.bids_close_at or row.bids_close_at,
                amendments=(*row.amendments, event),
            )
        case BidsOpened():
            return replace(row, status="evaluating")
        case QuestionAsked():
            asked = Waiting(question=event.question, asked=event.asked)
            return replace(row, waiting=(*row.waiting, asked))
        case QuestionAnswered():
            left = tuple(asked for asked in row.waiting if asked.question != event.question)
            return replace(row, answers=(*row.answers, event), waiting=left)
        case RegimeStated():
            return replace(
                row,
                statutory_regime=event.regime,
                kind_of_service=event.kind_of_service,
                regime_section=event.section,
                regime_reason=event.reason,
                regime_standing=event.standing,
                whole_term_pence=event.whole_term_pence,
                buyer=event.buyer,
                planned_on=event.planned_on,
            )
        case TenderAwarded():
            return replace(
                row,
                status="awarded",
                awarded_to=event.provider,
                annual_price_pence=event.annual_price_pence,
                parties=event.parties,
            )
        case AwardNoticePublished():
            return replace(
                row, standstill_ends_at=event.standstill_ends_at, notice_on=event.published_on
            )
        case RepresentationMade():
            return replace(row, representations=row.representations + 1)
        case RepresentationResolved():
            return replace(
                row,
                representations=row.representations - 1,
                standstill_ends_at=event.standstill_ends_at or row.standstill_ends_at,
            )
        case StandstillNotRequired():
            return replace(row, no_standstill_section=event.section)
        case AwardConfirmed():
            return replace(row, status="confirmed", award=event.award)
        case TenderCancelled():
            return replace(row, status="cancelled", unsuccessful=event.unsuccessful)
        case _:
            return row


def _with_bids(row: TenderRow, event: object) -> TenderRow:
    """The row after what happens to its bids until they are open."""
    match event:
        case BidSealed():
            return _sealed(row, event)
        case BidNotOpened():
            closed = Closed(bid=event.bid, provider=event.provider, reason=event.reason)
            left = tuple(bid for bid in row.bids if bid.bid != event.bid)
            return replace(row, bids=left, unopened=(*row.unopened, closed))
        case OpeningOfficersNamed() | OpeningKeyRegistered() | OpeningPartsGiven():
            return replace(row, opening=_opening(row.opening, event))
        case BidWithdrawn():
            return replace(row, bids=tuple(bid for bid in row.bids if bid.bid != event.bid))
        case LateBidTurnedAway():
            return replace(row, late=row.late + 1)
        case BidUnsealed():
            said = {"annual_price_pence": event.annual_price_pence, "offer": event.offer}
            bids = tuple(replace(b, **said) if b.bid == event.bid else b for b in row.bids)
            return replace(row, bids=bids)
        case _:
            return row


def _sealed(row: TenderRow, event: BidSealed) -> TenderRow:
    """Every envelope that ever came in time stays listed, in an order that says nothing."""
    line = BidLine(
        bid=event.bid,
        provider=event.provider,
        offer=event.offer,
        sealed_at=event.sealed_at,
        envelope_sha256=event.envelope_sha256,
        envelope_bytes=event.envelope_bytes,
    )
    came = {*row.envelopes, event.envelope_sha256} - {""}
    return replace(row, bids=(*row.bids, line), envelopes=tuple(sorted(came)))


def _opening(before: tuple[OpeningKey, ...], event: PanelEvent) -> tuple[OpeningKey, ...]:
    match event:
        case OpeningOfficersNamed():
            known = {one.officer: one for one in before}
            return tuple(known.get(one, OpeningKey(officer=one)) for one in event.officers)
        case OpeningKeyRegistered():
            more = {"public": event.public}
        case OpeningPartsGiven():
            more = {"gave_parts": True, "unfitting": event.unfitting}
    return tuple(replace(one, **more) if one.officer == event.officer else one for one in before)


TENDER_ROWS: View[TenderRow] = View(
    name="tenders",
    source="procurement",
    row=TenderRow,
    events=TENDERS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "bids_close_at"),
)


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A standstill ends by itself once its last second is over, unless a representation stands."""
    match recorded.event:
        case AwardNoticePublished() as notice:
            return {"end-standstill": _over(notice.standstill_ends_at)}
        case RepresentationResolved() as resolved if not resolved.upheld:
            return {"end-standstill": _over(resolved.standstill_ends_at)}
        case (
            RepresentationMade() | RepresentationResolved() | StandstillEnded()
            | TenderCancelled() | AwardConfirmed()
        ):  # fmt: skip
            return {"end-standstill": None}
        case _:
            return {}


def _over(last_second: datetime | None) -> datetime | None:
    return last_second + timedelta(seconds=1) if last_second else None


def timely(name: str, now: datetime) -> TenderCommand:
    """The command that a tender's deadline issues."""
    if name != "end-standstill":
        raise ValueError(f"a tender sets no deadline {name!r}")
    return EndStandstill(now=now)


TENDER_DEADLINES = Timed(decider=TENDERS, due=due, command=timely)

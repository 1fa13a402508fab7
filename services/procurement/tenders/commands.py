"""What may be asked of a tender; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.procurement.authority import Authority
from services.procurement.bids.commands import BidCommand
from services.procurement.regimes import Buyer, ServiceKind
from shared.eventsourcing.commands import Command
from shared.published.procurement import Criterion, Regime
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class OpenTender(Command, frozen=True, kw_only=True):
    """`specification_published` is what the caller found when it looked the specification up.

    `regime` is the caller's claim; kind, buyer and value over the whole term are what it is
    checked by.
    """

    tender: str
    partnership: PartnershipId
    specification: str
    specification_published: bool
    procuring: AgencyId
    title: str
    regime: Regime
    kind_of_service: ServiceKind
    buyer: Buyer
    whole_term_pence: int
    criteria: tuple[Criterion, ...]
    bids_close_at: datetime
    delegated_limit_pence: int
    now: datetime


class AskQuestion(Command, frozen=True, kw_only=True):
    question: str
    provider: AgencyId
    asked: TextRef
    now: datetime


class AnswerQuestion(Command, frozen=True, kw_only=True):
    question: str
    answer: TextRef
    now: datetime


class DeclareInterest(Command, frozen=True, kw_only=True):
    evaluator: PersonId
    interested: bool
    now: datetime


class ScoreBid(Command, frozen=True, kw_only=True):
    bid: str
    evaluator: PersonId
    scores: dict[str, int]
    reasons: TextRef
    now: datetime


class ModerateScores(Command, frozen=True, kw_only=True):
    bid: str
    scores: dict[str, int]
    reasons: TextRef
    moderated_by: PersonId
    now: datetime


class ProposeAward(Command, frozen=True, kw_only=True):
    bid: str
    proposed_by: PersonId
    now: datetime


class AwardTender(Command, frozen=True, kw_only=True):
    bid: str
    authority: Authority | None
    awarded_by: PersonId
    now: datetime


class PublishAwardNotice(Command, frozen=True, kw_only=True):
    """`no_standstill_section` names the section that spares the standstill; empty to keep it."""

    notice: str
    no_standstill_section: str
    now: datetime


class EndStandstill(Command, frozen=True, kw_only=True):
    """Issued by the deadline; refused while a representation is open."""

    now: datetime


class MakeRepresentation(Command, frozen=True, kw_only=True):
    representation: str
    by: AgencyId
    grounds: TextRef
    now: datetime


class ResolveRepresentation(Command, frozen=True, kw_only=True):
    representation: str
    upheld: bool
    reason: TextRef
    now: datetime


class ConfirmAward(Command, frozen=True, kw_only=True):
    award: str
    now: datetime


class CancelTender(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime


TenderCommand = (
    OpenTender
    | AskQuestion
    | AnswerQuestion
    | BidCommand
    | DeclareInterest
    | ScoreBid
    | ModerateScores
    | ProposeAward
    | AwardTender
    | PublishAwardNotice
    | EndStandstill
    | MakeRepresentation
    | ResolveRepresentation
    | ConfirmAward
    | CancelTender
)

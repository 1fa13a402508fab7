"""What may be asked of a tender; each command states who asks and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from services.procurement.authority import Authority
from services.procurement.bids.commands import BidCommand
from services.procurement.providers.state import Provider
from services.procurement.regimes import Buyer, ServiceKind
from services.procurement.tenders.events import PoliciesStated
from shared.eventsourcing.commands import Command
from shared.published.procurement import Criterion, Lot, Party, Regime
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
    lot: Lot | None = None
    payer: AgencyId = ""
    joint_with: tuple[PartnershipId, ...] = ()
    planned_on: date | None = None
    policies: PoliciesStated | None = None
    low_against_mean_basis_points: int = 4000
    low_against_next_basis_points: int = 3000


class StatePolicies(Command, frozen=True, kw_only=True):
    stated: PoliciesStated
    now: datetime


class AmendTender(Command, frozen=True, kw_only=True):
    """What is empty stays as it is."""

    amendment: str
    reason: TextRef
    title: str
    criteria: tuple[Criterion, ...]
    bids_close_at: datetime | None
    now: datetime


class FormConsortium(Command, frozen=True, kw_only=True):
    """`standings` are what the register says of each party."""

    lead: AgencyId
    parties: tuple[Party, ...]
    standings: dict[AgencyId, Provider]
    now: datetime


class JoinConsortium(Command, frozen=True, kw_only=True):
    lead: AgencyId
    provider: AgencyId
    now: datetime


class AskAboutLowBid(Command, frozen=True, kw_only=True):
    bid: str
    asked: TextRef
    now: datetime


class ExplainLowBid(Command, frozen=True, kw_only=True):
    bid: str
    provider: AgencyId
    explanation: TextRef
    now: datetime


class JudgeLowBid(Command, frozen=True, kw_only=True):
    bid: str
    accepted: bool
    reason: TextRef
    judged_by: PersonId
    now: datetime


class SendLetters(Command, frozen=True, kw_only=True):
    """`letters` by bid, as composed from the moderated reasons."""

    letters: dict[str, TextRef]
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
    by_criterion: dict[str, TextRef] = {}  # noqa: RUF012
    now: datetime


class ModerateScores(Command, frozen=True, kw_only=True):
    bid: str
    scores: dict[str, int]
    reasons: TextRef
    by_criterion: dict[str, TextRef] = {}  # noqa: RUF012
    moderated_by: PersonId
    now: datetime


class ProposeAward(Command, frozen=True, kw_only=True):
    """`standings` is what the register says of the bidder and of every party to its bid."""

    bid: str
    proposed_by: PersonId
    now: datetime
    standings: Mapping[AgencyId, Provider] = {}


class AwardTender(Command, frozen=True, kw_only=True):
    """`lots_won` by provider are other lots of the same procurement that it has been awarded, and
    `awarded_beside_pence` a year what any of them was awarded without the board; `standings` what
    the register says at this moment of the bidder and of every party to its bid.
    """

    bid: str
    authority: Authority | None
    awarded_by: PersonId
    now: datetime
    lots_won: dict[AgencyId, int] = {}  # noqa: RUF012
    awarded_beside_pence: int = 0
    standings: Mapping[AgencyId, Provider] = {}


class PublishAwardNotice(Command, frozen=True, kw_only=True):
    """`no_standstill_section` names the section that spares the standstill; empty to keep it.

    `letters` by bid are those that have not been sent yet.
    """

    notice: str
    no_standstill_section: str
    now: datetime
    letters: dict[str, TextRef] = {}  # noqa: RUF012


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
    resolved_by: PersonId
    now: datetime


class ConfirmAward(Command, frozen=True, kw_only=True):
    award: str
    now: datetime


class CancelTender(Command, frozen=True, kw_only=True):
    reason: TextRef
    now: datetime
    unsuccessful: bool = False


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
    | StatePolicies
    | AmendTender
    | FormConsortium
    | JoinConsortium
    | AskAboutLowBid
    | ExplainLowBid
    | JudgeLowBid
    | SendLetters
)

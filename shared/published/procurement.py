"""What procurement publishes: providers, tenders, and the four facts of an award."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef

Standard = Literal[
    "safeguarding", "safer-recruitment", "insurance", "registration", "quality-mark", "other"
]
Regime = Literal["light-touch", "provider-selection", "full", "below-threshold"]


class ProviderRegistered(
    Published, frozen=True, kw_only=True, tag="procurement.provider-registered.v1"
):
    """`identifiers` by scheme, such as `GB-COH`, `GB-CHC`, `GB-ODS`."""

    provider: AgencyId
    name: str
    form: Literal["statutory", "private", "third-sector"]
    small: bool
    identifiers: dict[str, str]


class StandardHeld(Published, frozen=True, kw_only=True, tag="procurement.standard-held.v1"):
    """A standard was seen and checked: its certificate, and the last day on which it holds.

    `title` tells quality marks apart (PQASSO, ISO 9000, Investors in People, Your Welcome). One
    recorded before this was published names no provider; its stream does.
    """

    provider: AgencyId = ""
    standard: Standard
    title: str = ""
    reference: str
    valid_until: date


class StandardLapsed(Published, frozen=True, kw_only=True, tag="procurement.standard-lapsed.v1"):
    provider: AgencyId
    standard: Standard
    expired_on: date


class ProviderSuspended(
    Published, frozen=True, kw_only=True, tag="procurement.provider-suspended.v1"
):
    provider: AgencyId
    reason: TextRef


class ProviderReinstated(
    Published, frozen=True, kw_only=True, tag="procurement.provider-reinstated.v1"
):
    provider: AgencyId
    reason: TextRef


class ExclusionGroundFound(
    Published, frozen=True, kw_only=True, tag="procurement.exclusion-ground-found.v1"
):
    """A ground of the law stands against a provider, to its last day `until`.

    `mandatory`: it is given no award; else whoever awards says why it was not excluded.
    """

    provider: AgencyId
    ground: str
    mandatory: bool
    section: str
    happened_on: date
    until: date
    reason: TextRef


class ExclusionGroundEnded(
    Published, frozen=True, kw_only=True, tag="procurement.exclusion-ground-ended.v1"
):
    """The ground stands no more: the provider has put right what was wrong, or was cleared."""

    provider: AgencyId
    ground: str
    reason: TextRef


class Criterion(Term, frozen=True, kw_only=True):
    """What bids are judged by; the weights of a tender add up to 10,000 basis points."""

    criterion: str
    title: str
    kind: Literal["price", "quality", "social-value"]
    weight_basis_points: int


class Lot(Term, frozen=True, kw_only=True):
    """One lot of a procurement: a tender of its own, with bids, award and standstill of its own.

    `procurement` is what all its lots share; a bidder may win `most_lots` of them (0: any number).
    """

    procurement: str
    number: int
    of: int
    title: str
    annual_value_pence: int
    most_lots: int = 0


class Party(Term, frozen=True, kw_only=True):
    """A provider in a consortium and its share; the shares add up to 10,000 basis points."""

    provider: AgencyId
    share_basis_points: int


class TenderOpened(Published, frozen=True, kw_only=True, tag="procurement.tender-opened.v1"):
    """One partner procures, under its own rules, for the partnership.

    `payer` is the partner that will pay where it is not the one that procures; `joint_with` are
    neighbouring partnerships that commission with this one.
    """

    tender: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    title: str
    regime: Regime
    criteria: tuple[Criterion, ...]
    bids_close_at: datetime
    lot: Lot | None = None
    payer: AgencyId = ""
    joint_with: tuple[PartnershipId, ...] = ()


class TenderAmended(Published, frozen=True, kw_only=True, tag="procurement.tender-amended.v1"):
    """What was changed while bids could still come; what is empty stays as it was."""

    tender: str
    amendment: str
    reason: TextRef
    title: str = ""
    criteria: tuple[Criterion, ...] = ()
    bids_close_at: datetime | None = None


class QuestionAnswered(
    Published, frozen=True, kw_only=True, tag="procurement.question-answered.v1"
):
    """Answered to all; the asker stays unnamed."""

    tender: str
    question: str
    asked: TextRef
    answer: TextRef


class BidsOpened(Published, frozen=True, kw_only=True, tag="procurement.bids-opened.v1"):
    tender: str
    opened_by: PersonId
    bids: int
    late: int


class TenderAwarded(Published, frozen=True, kw_only=True, tag="procurement.tender-awarded.v1"):
    """The decision. Not yet a notice, not yet confirmed, not yet a contract."""

    tender: str
    partnership: PartnershipId
    bid: str
    provider: AgencyId
    score_basis_points: int
    annual_price_pence: int
    awarded_by: PersonId
    awarded_at: datetime
    decision: str = ""
    parties: tuple[Party, ...] = ()


class AwardNoticePublished(
    Published, frozen=True, kw_only=True, tag="procurement.award-notice-published.v1"
):
    """The standstill counts from here; `standstill_ends_at` is None where none is kept."""

    tender: str
    notice: str
    published_on: date
    standstill_ends_at: datetime | None = None


class StandstillEnded(Published, frozen=True, kw_only=True, tag="procurement.standstill-ended.v1"):
    tender: str
    ended_at: datetime


class StandstillNotRequired(
    Published, frozen=True, kw_only=True, tag="procurement.standstill-not-required.v1"
):
    tender: str
    section: str


class RepresentationMade(
    Published, frozen=True, kw_only=True, tag="procurement.representation-made.v1"
):
    tender: str
    representation: str
    by: AgencyId
    grounds: TextRef


class RepresentationResolved(
    Published, frozen=True, kw_only=True, tag="procurement.representation-resolved.v1"
):
    """`standstill_ends_at` is when the standstill ends now, once no other representation stands."""

    tender: str
    representation: str
    upheld: bool
    reason: TextRef
    standstill_ends_at: datetime | None = None


class AwardConfirmed(Published, frozen=True, kw_only=True, tag="procurement.award-confirmed.v1"):
    """Ready to sign: nothing stands against the award any more."""

    award: str
    tender: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    confirmed_at: datetime
    parties: tuple[Party, ...] = ()


class TenderCancelled(Published, frozen=True, kw_only=True, tag="procurement.tender-cancelled.v1"):
    """Given up; `unsuccessful` where no bid came that could be awarded."""

    tender: str
    reason: TextRef
    unsuccessful: bool = False


class AwardAnnounced(Published, frozen=True, kw_only=True, tag="procurement.award-announced.v1"):
    """A notice of an award without a tender, before it is made.

    `standstill_ends_at` is None where none is kept, and then `no_standstill` may say by which
    section. `moved`: the same notice as before, and when its standstill ends now, after the last
    representation was decided on.
    """

    award: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    way: Literal["direct-award", "framework-call-off"]
    regime: Regime
    notice: Literal["UK5", "UK6", "psr-intention"]
    published_on: date
    section: str = ""
    framework: str = ""
    standstill_ends_at: datetime | None = None
    no_standstill: str = ""
    moved: bool = False


class AnnouncedAwardWithdrawn(
    Published, frozen=True, kw_only=True, tag="procurement.announced-award-withdrawn.v1"
):
    """An award that a notice had announced is not made."""

    award: str
    partnership: PartnershipId
    procuring: AgencyId
    provider: AgencyId
    reason: TextRef


class DirectAwardMade(Published, frozen=True, kw_only=True, tag="procurement.direct-award-made.v1"):
    """An award without a tender, with its reason and the section that allows it."""

    award: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    section: str
    reason: TextRef
    awarded_by: PersonId
    decision: str = ""
    regime: Regime | None = None


class FrameworkCallOffMade(
    Published, frozen=True, kw_only=True, tag="procurement.framework-call-off-made.v1"
):
    """A call-off under a framework, by its name; `lot` 0 where it has no lots.

    `agreement` is the framework in the register, and `competition` how the provider was chosen
    among those on it.
    """

    award: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    framework: str
    reason: TextRef
    awarded_by: PersonId
    decision: str = ""
    regime: Regime | None = None
    agreement: str = ""
    lot: int = 0
    competition: Literal["", "direct", "mini-competition"] = ""


class InHouseProvisionAgreed(
    Published, frozen=True, kw_only=True, tag="procurement.in-house-provision-agreed.v1"
):
    """A partner provides the service itself, under a service level agreement."""

    award: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    reason: TextRef
    awarded_by: PersonId
    decision: str = ""


class GrantOffered(Published, frozen=True, kw_only=True, tag="procurement.grant-offered.v1"):
    """Money without a purchase; `conditions` are what it is given on."""

    award: str
    partnership: PartnershipId
    specification: str
    procuring: AgencyId
    provider: AgencyId
    annual_price_pence: int
    reason: TextRef
    awarded_by: PersonId
    decision: str = ""
    conditions: TextRef | None = None


PUBLISHED: tuple[type[Published], ...] = (
    ProviderRegistered,
    StandardHeld,
    StandardLapsed,
    ProviderSuspended,
    ProviderReinstated,
    ExclusionGroundFound,
    ExclusionGroundEnded,
    TenderOpened,
    TenderAmended,
    QuestionAnswered,
    BidsOpened,
    TenderAwarded,
    AwardNoticePublished,
    StandstillEnded,
    StandstillNotRequired,
    RepresentationMade,
    RepresentationResolved,
    AwardConfirmed,
    TenderCancelled,
    AwardAnnounced,
    AnnouncedAwardWithdrawn,
    DirectAwardMade,
    FrameworkCallOffMade,
    InHouseProvisionAgreed,
    GrantOffered,
    ProcurementPlanned,
    PlannedProcurementMoved,
    PlannedProcurementBegun,
)

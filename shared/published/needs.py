"""What needs publishes: who is in a partnership, what it decided, what it found and specified."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import (
    AgencyId,
    AgencyKind,
    ContractId,
    FinancialYear,
    MeasureTerms,
    Member,
    Outcome,
    OutcomeId,
    PartnershipId,
    PersonId,
    Term,
    TextRef,
    Wanted,
)

AboutKind = Literal["strategy", "specification", "award", "contract", "fund", "review", "other"]
Majority = Literal["simple", "two-thirds"]
ServiceChange = Literal["continue", "redesign", "cease"]


class PartnershipFormed(Published, frozen=True, kw_only=True, tag="needs.partnership-formed.v1"):
    """Agencies began to decide together; the first of `members` is not special, `lead` is."""

    partnership: PartnershipId
    name: str
    lead: AgencyId
    members: tuple[Member, ...]
    effective_on: date


class PartnerJoined(Published, frozen=True, kw_only=True, tag="needs.partner-joined.v1"):
    partnership: PartnershipId
    agency: AgencyId
    kind: AgencyKind
    name: str
    effective_on: date


class PartnerLeft(Published, frozen=True, kw_only=True, tag="needs.partner-left.v1"):
    partnership: PartnershipId
    agency: AgencyId
    effective_on: date


class DecisionTaken(Published, frozen=True, kw_only=True, tag="needs.decision-taken.v1"):
    """The board voted under its rules. `about` names the object decided on, by its own id.

    `majority` is what had to be reached: two thirds of those voting to change the constitution.
    """

    partnership: PartnershipId
    meeting: str
    decision: str
    about_kind: AboutKind
    about: str
    carried: bool
    votes_for: int
    votes_against: int
    abstained: int
    took_no_part: int
    casting_vote: bool = False
    exempt: bool = False
    decided_on: date
    majority: Majority = "simple"


class HomeAuthorityGiven(Published, frozen=True, kw_only=True, tag="needs.home-authority-given.v1"):
    """A partner's own officer, committee or cabinet confirmed what only it can decide."""

    partnership: PartnershipId
    decision: str
    agency: AgencyId
    authority: Literal["officer", "committee", "cabinet"]
    given_by: PersonId
    effective_on: date


class ServiceChangeDecided(
    Published, frozen=True, kw_only=True, tag="needs.service-change-decided.v1"
):
    """The board decided on what the formal review of a service concluded.

    Where it carried the conclusion `change` says what is to become of the service; otherwise the
    service goes on.
    """

    review: str
    contract: ContractId
    partnership: PartnershipId
    change: ServiceChange
    decision: str
    effective_on: date


class Need(Term, frozen=True, kw_only=True):
    """What an assessment found that children need.

    `signals` is how many times the levels below reported it; a sum below 8 is published as 0.
    """

    need: str
    title: str
    outcome: OutcomeId
    groups: tuple[str, ...] = ()
    signals: int = 0


class AssessmentPublished(
    Published, frozen=True, kw_only=True, tag="needs.assessment-published.v1"
):
    assessment: str
    partnership: PartnershipId
    year: FinancialYear
    outcomes: tuple[Outcome, ...]
    needs: tuple[Need, ...]
    summary: TextRef | None = None


class StrategyApproved(Published, frozen=True, kw_only=True, tag="needs.strategy-approved.v1"):
    strategy: str
    partnership: PartnershipId
    decision: str


class Recommendation(Term, frozen=True, kw_only=True):
    """What to do about a need; always with an outcome and its evidence."""

    recommendation: str
    title: str
    need: str
    outcome: OutcomeId
    evidence: tuple[str, ...]
    priority: int


class StrategyPublished(Published, frozen=True, kw_only=True, tag="needs.strategy-published.v1"):
    strategy: str
    partnership: PartnershipId
    assessment: str
    title: str
    recommendations: tuple[Recommendation, ...]


class SpecificationPublished(
    Published, frozen=True, kw_only=True, tag="needs.specification-published.v1"
):
    """What a service must achieve, open to all: procurement may open a tender on it.

    `wanted` is the data development agenda.
    """

    specification: str
    partnership: PartnershipId
    strategy: str
    recommendation: str
    need: str
    title: str
    outcomes: tuple[Outcome, ...]
    measures: tuple[MeasureTerms, ...]
    tier: Literal[1, 2, 3, 4]
    annual_value_pence: int
    starts_on: date
    ends_on: date
    wanted: tuple[Wanted, ...] = ()


class SpecificationSuperseded(
    Published, frozen=True, kw_only=True, tag="needs.specification-superseded.v1"
):
    specification: str
    partnership: PartnershipId
    by: str


class SpecificationWithdrawn(
    Published, frozen=True, kw_only=True, tag="needs.specification-withdrawn.v1"
):
    specification: str
    partnership: PartnershipId
    reason: TextRef


PUBLISHED: tuple[type[Published], ...] = (
    PartnershipFormed,
    PartnerJoined,
    PartnerLeft,
    DecisionTaken,
    HomeAuthorityGiven,
    ServiceChangeDecided,
    AssessmentPublished,
    StrategyApproved,
    StrategyPublished,
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)

"""What monitoring publishes: returns as they come and are judged, flags, reviews, incidents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.cases import (
    CaseClockMissed,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
    CaseMeetingHeld,
    FlagSteppedDown,
    NoteMade,
)
from shared.published.returns import Action as Action
from shared.published.returns import (
    ActionCompleted,
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnReminded,
    ReturnRescheduled,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewMeetingHeld,
)
from shared.published.returns import Evidence as Evidence
from shared.published.returns import Risk as Risk
from shared.published.reviewing import (
    ForumReported,
    IncidentClosed,
    OfficerAcknowledged,
    OfficerSilent,
    OfficerTold,
    ReviewConcluded,
    ReviewDue,
    ReviewOpened,
    SeriousIncidentReported,
)
from shared.published.terms import (
    AgencyId,
    ContractId,
    MeasureId,
    PartnershipId,
    Period,
    PersonId,
    Term,
    TextRef,
)


class Miss(Term, frozen=True, kw_only=True):
    """One period in which a measure missed its target."""

    period: Period
    return_version: int
    value: Decimal
    target: Decimal


class UnderperformanceFlagged(
    Published, frozen=True, kw_only=True, tag="monitoring.underperformance-flagged.v1"
):
    """A rule of the contract opened a case, on these periods.

    `withheld` names what is left out of the copy of an agency that may not see it.
    """

    flag: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureId
    rule: Literal["threshold", "standard-lapsed"]
    misses: tuple[Miss, ...] = ()
    raised_by: PersonId = ""
    raised_at: datetime
    sanctions_live_on: date | None = None
    withheld: tuple[str, ...] = ()


class ExplanationRequested(
    Published, frozen=True, kw_only=True, tag="monitoring.explanation-requested.v1"
):
    """The provider is asked why; its clock runs under the clause, where the contract has one."""

    flag: str
    contract: ContractId
    due_on: date
    requested_by: PersonId
    clause: str = ""


class ExplanationGiven(Published, frozen=True, kw_only=True, tag="monitoring.explanation-given.v1"):
    flag: str
    contract: ContractId
    text: TextRef
    given_by: PersonId


class FlagUpheld(Published, frozen=True, kw_only=True, tag="monitoring.flag-upheld.v1"):
    flag: str
    contract: ContractId
    reason: TextRef
    upheld_by: PersonId


class FlagDismissed(Published, frozen=True, kw_only=True, tag="monitoring.flag-dismissed.v1"):
    flag: str
    contract: ContractId
    reason: TextRef
    dismissed_by: PersonId


class Milestone(Term, frozen=True, kw_only=True):
    """A step of an improvement plan."""

    milestone: str
    text: TextRef
    owner: PersonId
    due_on: date


class PlanAgreed(Published, frozen=True, kw_only=True, tag="monitoring.plan-agreed.v1"):
    flag: str
    contract: ContractId
    milestones: tuple[Milestone, ...]
    agreed_by: PersonId


class MilestoneMet(Published, frozen=True, kw_only=True, tag="monitoring.milestone-met.v1"):
    """`evidence` is what shows that it was met."""

    flag: str
    contract: ContractId
    milestone: str
    met_on: date
    evidence: TextRef | None = None
    met_by: PersonId = ""


class MilestoneMissed(Published, frozen=True, kw_only=True, tag="monitoring.milestone-missed.v1"):
    flag: str
    contract: ContractId
    milestone: str


class FlagEscalated(Published, frozen=True, kw_only=True, tag="monitoring.flag-escalated.v1"):
    """The case goes higher; `review` is the formal review that looks at it, if it is named."""

    flag: str
    contract: ContractId
    to: Literal["exception-report", "formal-review"]
    reason: TextRef
    escalated_by: PersonId
    review: str = ""


class BasisChanged(Published, frozen=True, kw_only=True, tag="monitoring.basis-changed.v1"):
    """A return this case rests on was restated; nothing is withdrawn, it is marked.

    `still_missed` says whether the rule would raise the case on the new figures.
    """

    flag: str
    contract: ContractId
    period: Period
    return_version: int
    still_missed: bool


class FlagClosed(Published, frozen=True, kw_only=True, tag="monitoring.flag-closed.v1"):
    """`renewed_until`: the lapsed standard of the case is held again, which is its evidence."""

    flag: str
    contract: ContractId
    reason: TextRef
    closed_by: PersonId
    renewed_until: date | None = None


class SeriesRebased(Published, frozen=True, kw_only=True, tag="monitoring.series-rebased.v1"):
    """A measure's chart starts again at `from_period`, approved by another than who proposed it."""

    contract: ContractId
    partnership: PartnershipId
    measure: MeasureId
    from_period: Period
    reason: TextRef
    proposed_by: PersonId
    approved_by: PersonId
    effective_on: date


PUBLISHED: tuple[type[Published], ...] = (
    ReturnScheduled,
    ReturnRescheduled,
    ReturnReminded,
    ReturnSubmitted,
    ReturnRejected,
    QueryRaised,
    QueryAnswered,
    ReturnAccepted,
    ReturnRestated,
    ReturnOverdue,
    ExtensionGranted,
    ReturnCancelled,
    ReviewMeetingHeld,
    ActionCompleted,
    UnderperformanceFlagged,
    ExplanationRequested,
    ExplanationGiven,
    FlagUpheld,
    FlagDismissed,
    PlanAgreed,
    MilestoneMet,
    MilestoneMissed,
    FlagEscalated,
    FlagSteppedDown,
    CaseClockStarted,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockMissed,
    CaseMeetingHeld,
    NoteMade,
    BasisChanged,
    FlagClosed,
    ReviewDue,
    ReviewOpened,
    ReviewConcluded,
    SeriousIncidentReported,
    OfficerTold,
    OfficerSilent,
    OfficerAcknowledged,
    IncidentClosed,
    ForumReported,
    SeriesRebased,
)

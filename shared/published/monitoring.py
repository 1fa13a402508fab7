"""What monitoring publishes: returns as they come and are judged, flags, reviews, incidents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.reviewing import (
    ForumReported,
    IncidentClosed,
    OfficerAcknowledged,
    OfficerTold,
    ReviewConcluded,
    ReviewDue,
    ReviewOpened,
    SeriousIncidentReported,
)
from shared.published.terms import (
    AgencyId,
    BrokenDown,
    BudgetLine,
    ContractId,
    MeasureId,
    PartnershipId,
    Period,
    PersonId,
    Reading,
    Term,
    TextRef,
)


class ReturnScheduled(Published, frozen=True, kw_only=True, tag="monitoring.return-scheduled.v1"):
    """One report on one contract, due; a date once published is never moved earlier."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    period: Period
    opens_on: date
    due_at: datetime


class ReturnSubmitted(Published, frozen=True, kw_only=True, tag="monitoring.return-submitted.v1"):
    """What the provider reports. `receipt` is a hash of what was received.

    Neither queried nor accepted, it counts as accepted at `counts_as_accepted_at`. `withheld` names
    what is left out of the copy of an agency that may not see it; in the log itself it is empty.
    """

    contract: ContractId
    period: Period
    version: int
    readings: tuple[Reading, ...]
    breakdowns: tuple[BrokenDown, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    complaints: int = 0
    compliments: int = 0
    story: TextRef | None = None
    nil: bool = False
    receipt: str
    submitted_by: PersonId
    submitted_at: datetime
    late: bool = False
    counts_as_accepted_at: datetime | None = None
    withheld: tuple[str, ...] = ()


class ReturnRejected(Published, frozen=True, kw_only=True, tag="monitoring.return-rejected.v1"):
    contract: ContractId
    period: Period
    version: int
    reason: TextRef
    rejected_by: PersonId


class QueryRaised(Published, frozen=True, kw_only=True, tag="monitoring.query-raised.v1"):
    contract: ContractId
    period: Period
    query: str
    measure: MeasureId = ""
    text: TextRef
    raised_by: PersonId


class QueryAnswered(Published, frozen=True, kw_only=True, tag="monitoring.query-answered.v1"):
    contract: ContractId
    period: Period
    query: str
    text: TextRef
    answered_by: PersonId
    counts_as_accepted_at: datetime | None = None


class ReturnAccepted(Published, frozen=True, kw_only=True, tag="monitoring.return-accepted.v1"):
    """The figures now stand. `deemed`: neither queried nor accepted in the contract's days, so it
    counts as accepted for payment.
    """

    contract: ContractId
    period: Period
    version: int
    readings: tuple[Reading, ...]
    deemed: bool = False
    accepted_by: PersonId
    accepted_at: datetime


class ReturnRestated(Published, frozen=True, kw_only=True, tag="monitoring.return-restated.v1"):
    """New figures for a period already accepted; both versions are kept.

    `withheld` names what is left out of the copy of an agency that may not see it.
    """

    contract: ContractId
    period: Period
    version: int
    readings: tuple[Reading, ...]
    reason: TextRef
    restated_by: PersonId
    restated_at: datetime
    breakdowns: tuple[BrokenDown, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    complaints: int = 0
    compliments: int = 0
    receipt: str = ""
    withheld: tuple[str, ...] = ()


class ReturnOverdue(Published, frozen=True, kw_only=True, tag="monitoring.return-overdue.v1"):
    contract: ContractId
    period: Period
    due_at: datetime


class ExtensionGranted(Published, frozen=True, kw_only=True, tag="monitoring.extension-granted.v1"):
    contract: ContractId
    period: Period
    due_at: datetime
    reason: TextRef
    granted_by: PersonId


class ReturnCancelled(Published, frozen=True, kw_only=True, tag="monitoring.return-cancelled.v1"):
    """No longer owed: the contract ended before the period began."""

    contract: ContractId
    period: Period


class Action(Term, frozen=True, kw_only=True):
    """Something agreed at a review meeting."""

    action: str
    text: TextRef
    owner: PersonId
    due_on: date


class ReviewMeetingHeld(
    Published, frozen=True, kw_only=True, tag="monitoring.review-meeting-held.v1"
):
    contract: ContractId
    period: Period
    held_on: date
    minutes: TextRef
    actions: tuple[Action, ...] = ()


class ActionCompleted(Published, frozen=True, kw_only=True, tag="monitoring.action-completed.v1"):
    """An action of a review meeting is done; before it was published it did not name its return."""

    action: str
    completed_on: date
    recorded_by: PersonId
    contract: ContractId = ""
    period: Period = ""


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
    flag: str
    contract: ContractId
    due_on: date
    requested_by: PersonId


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
    flag: str
    contract: ContractId
    milestone: str
    met_on: date


class MilestoneMissed(Published, frozen=True, kw_only=True, tag="monitoring.milestone-missed.v1"):
    flag: str
    contract: ContractId
    milestone: str


class FlagEscalated(Published, frozen=True, kw_only=True, tag="monitoring.flag-escalated.v1"):
    flag: str
    contract: ContractId
    to: Literal["exception-report", "formal-review"]
    reason: TextRef
    escalated_by: PersonId


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
    flag: str
    contract: ContractId
    reason: TextRef
    closed_by: PersonId


PUBLISHED: tuple[type[Published], ...] = (
    ReturnScheduled,
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
    BasisChanged,
    FlagClosed,
    ReviewDue,
    ReviewOpened,
    ReviewConcluded,
    SeriousIncidentReported,
    OfficerTold,
    OfficerAcknowledged,
    IncidentClosed,
    ForumReported,
)

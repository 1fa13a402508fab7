"""Where a contract's returns, flags, reviews and incidents stand, folded from monitoring.

Law: a status is computed from what happened, never typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from shared.eventsourcing.views import Row
from shared.published import monitoring
from shared.published.cases import CaseClock
from shared.published.terms import AgencyId, ContractId, MeasureId, PartnershipId, Period

ReturnStatus = Literal[
    "scheduled", "submitted", "queried", "rejected", "partly-accepted", "accepted", "restated",
    "cancelled",
]  # fmt: skip
FlagStatus = Literal["raised", "explanation-asked", "explained", "upheld", "dismissed", "closed"]


class ReturnStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One return; `overdue` until it is submitted, `version` the last received.

    `accepted_measures` are those accepted while the rest is not.
    """

    period: Period
    due_at: datetime
    status: ReturnStatus = "scheduled"
    overdue: bool = False
    late: bool = False
    version: int = 0
    accepted_measures: tuple[MeasureId, ...] = ()

    @property
    def awaited(self) -> bool:
        """Whether the provider still has to submit it, for the first time or again."""
        return self.status in ("scheduled", "rejected")


class ClockStanding(msgspec.Struct, frozen=True, kw_only=True):
    """What a case waits for, under which clause and until when; a paused clock does not run."""

    clock: CaseClock
    clause: str
    due_on: date
    paused: bool = False
    missed: bool = False


class MilestoneStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A step of an improvement plan that nobody has recorded as met."""

    milestone: str
    due_on: date


class FlagStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One underperformance case. `answer_due_on` is set while an explanation is awaited."""

    flag: str
    measure: MeasureId
    rule: str
    raised_at: datetime
    status: FlagStatus = "raised"
    answer_due_on: date | None = None
    escalated_to: str = ""
    clock: ClockStanding | None = None
    milestones: tuple[MilestoneStanding, ...] = ()
    basis_changed: bool = False

    @property
    def open(self) -> bool:
        return self.status not in ("dismissed", "closed")


class ReviewStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A formal review: due from December, running once somebody opened it, until it concludes."""

    review: str
    conclusion: str = ""
    due: bool = False
    on: date | None = None


class IncidentStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A serious incident, by reference only."""

    incident: str
    reference: str
    referred_to: str
    closed: bool = False
    acknowledge_by: datetime | None = None
    acknowledged_at: datetime | None = None

    def unanswered(self, now: datetime) -> bool:
        """Whether the named officer's day ended without a word."""
        if self.acknowledge_by is None:
            return False
        return (self.acknowledged_at or now) > self.acknowledge_by


class ActionStanding(msgspec.Struct, frozen=True, kw_only=True):
    """An action of a review meeting that nobody has recorded as done."""

    action: str
    period: Period
    due_on: date


class MonitoredRow(Row, frozen=True, kw_only=True):
    """All that monitoring has said of one contract, as it stands."""

    contract: ContractId
    partnership: PartnershipId = ""
    provider: AgencyId = ""
    commissioner: AgencyId = ""
    returns: tuple[ReturnStanding, ...] = ()
    flags: tuple[FlagStanding, ...] = ()
    reviews: tuple[ReviewStanding, ...] = ()
    incidents: tuple[IncidentStanding, ...] = ()
    actions: tuple[ActionStanding, ...] = ()


AboutReturn = (
    monitoring.ReturnSubmitted
    | monitoring.ReturnRejected
    | monitoring.QueryRaised
    | monitoring.QueryAnswered
    | monitoring.ReturnAccepted
    | monitoring.ReturnRestated
    | monitoring.ReturnOverdue
    | monitoring.ExtensionGranted
    | monitoring.ReturnRescheduled
    | monitoring.ReturnCancelled
)
AboutFlag = (
    monitoring.ExplanationRequested
    | monitoring.ExplanationGiven
    | monitoring.FlagUpheld
    | monitoring.FlagDismissed
    | monitoring.PlanAgreed
    | monitoring.MilestoneMet
    | monitoring.FlagEscalated
    | monitoring.FlagSteppedDown
    | monitoring.CaseClockStarted
    | monitoring.CaseClockPaused
    | monitoring.CaseClockResumed
    | monitoring.CaseClockMissed
    | monitoring.BasisChanged
    | monitoring.FlagClosed
)
Opening = (
    monitoring.ReturnScheduled
    | monitoring.UnderperformanceFlagged
    | monitoring.SeriousIncidentReported
    | monitoring.ReviewDue
    | monitoring.ReviewOpened
)


def monitored(row: MonitoredRow | None, event: object) -> MonitoredRow:
    """The row after one more event about its contract."""
    row = row or MonitoredRow(contract=getattr(event, "contract", ""))
    match event:
        case (
            monitoring.ReturnScheduled()
            | monitoring.UnderperformanceFlagged()
            | monitoring.SeriousIncidentReported()
            | monitoring.ReviewDue()
            | monitoring.ReviewOpened()
        ):
            return _opened(_with_parties(row, event), event)
        case (
            monitoring.ReturnSubmitted()
            | monitoring.ReturnRejected()
            | monitoring.QueryRaised()
            | monitoring.QueryAnswered()
            | monitoring.ReturnAccepted()
            | monitoring.ReturnRestated()
            | monitoring.ReturnOverdue()
            | monitoring.ExtensionGranted()
            | monitoring.ReturnRescheduled()
            | monitoring.ReturnCancelled()
        ):
            return replace(row, returns=_returns_after(row.returns, event))
        case (
            monitoring.ExplanationRequested()
            | monitoring.ExplanationGiven()
            | monitoring.FlagUpheld()
            | monitoring.FlagDismissed()
            | monitoring.PlanAgreed()
            | monitoring.MilestoneMet()
            | monitoring.FlagEscalated()
            | monitoring.FlagSteppedDown()
            | monitoring.CaseClockStarted()
            | monitoring.CaseClockPaused()
            | monitoring.CaseClockResumed()
            | monitoring.CaseClockMissed()
            | monitoring.BasisChanged()
            | monitoring.FlagClosed()
        ):
            return replace(row, flags=_flags_after(row.flags, event))
        case monitoring.ReviewConcluded():
            concluded = ReviewStanding(
                review=event.review, conclusion=event.conclusion, on=event.effective_on
            )
            return replace(row, reviews=_with_review(row, concluded))
        case monitoring.ReviewMeetingHeld():
            agreed = (
                ActionStanding(action=one.action, period=event.period, due_on=one.due_on)
                for one in event.actions
            )
            return replace(row, actions=(*row.actions, *agreed))
        case monitoring.ActionCompleted():
            left = tuple(one for one in row.actions if one.action != event.action)
            return replace(row, actions=left)
        case monitoring.OfficerTold():
            return _told(row, event.incident, acknowledge_by=event.acknowledge_by)
        case monitoring.OfficerAcknowledged():
            return _told(row, event.incident, acknowledged_at=event.acknowledged_at)
        case monitoring.IncidentClosed():
            incidents = tuple(
                replace(incident, closed=True) if incident.incident == event.incident else incident
                for incident in row.incidents
            )
            return replace(row, incidents=incidents)
        case _:
            return row


def _with_parties(row: MonitoredRow, event: Opening) -> MonitoredRow:
    row = replace(row, partnership=event.partnership)
    if isinstance(event, monitoring.ReviewOpened | monitoring.ReviewDue):
        return row
    return replace(row, provider=event.provider, commissioner=event.commissioner)


def _opened(row: MonitoredRow, event: Opening) -> MonitoredRow:
    match event:
        case monitoring.ReturnScheduled():
            scheduled = ReturnStanding(period=event.period, due_at=event.due_at)
            return replace(row, returns=(*row.returns, scheduled))
        case monitoring.UnderperformanceFlagged():
            raised = FlagStanding(
                flag=event.flag, measure=event.measure, rule=event.rule, raised_at=event.raised_at
            )
            return replace(row, flags=(*row.flags, raised))
        case monitoring.SeriousIncidentReported():
            reported = IncidentStanding(
                incident=event.incident, reference=event.reference, referred_to=event.referred_to
            )
            return replace(row, incidents=(*row.incidents, reported))
        case monitoring.ReviewDue():
            due = ReviewStanding(review=event.review, due=True, on=event.effective_on)
            return replace(row, reviews=_with_review(row, due))
        case monitoring.ReviewOpened():
            running = ReviewStanding(review=event.review, on=event.effective_on)
            return replace(row, reviews=_with_review(row, running))


def _with_review(row: MonitoredRow, standing: ReviewStanding) -> tuple[ReviewStanding, ...]:
    others = (review for review in row.reviews if review.review != standing.review)
    return (*others, standing)


def _told(row: MonitoredRow, incident: str, **change: datetime) -> MonitoredRow:
    return replace(
        row,
        incidents=tuple(
            replace(one, **change) if one.incident == incident else one for one in row.incidents
        ),
    )


def _returns_after(
    returns: Iterable[ReturnStanding], event: AboutReturn
) -> tuple[ReturnStanding, ...]:
    return tuple(
        _return_after(standing, event) if standing.period == event.period else standing
        for standing in returns
    )


def _return_after(standing: ReturnStanding, event: AboutReturn) -> ReturnStanding:
    match event:
        case monitoring.ReturnSubmitted():
            return replace(
                standing, status="submitted", version=event.version, late=event.late,
                overdue=False, accepted_measures=(),
            )  # fmt: skip
        case monitoring.ReturnRejected():
            return replace(standing, status="rejected", accepted_measures=())
        case monitoring.QueryRaised():
            return replace(standing, status="queried")
        case monitoring.QueryAnswered():
            answered = "partly-accepted" if standing.accepted_measures else "submitted"
            return replace(standing, status=answered)
        case monitoring.ReturnAccepted() if event.measures:
            return replace(standing, status="partly-accepted", accepted_measures=event.measures)
        case monitoring.ReturnAccepted():
            return replace(standing, status="accepted", version=event.version, accepted_measures=())
        case monitoring.ReturnRestated():
            return replace(standing, status="restated", version=event.version)
        case monitoring.ReturnOverdue():
            return replace(standing, overdue=True)
        case monitoring.ExtensionGranted() | monitoring.ReturnRescheduled():
            return replace(standing, due_at=event.due_at, overdue=False)
        case monitoring.ReturnCancelled():
            return replace(standing, status="cancelled", overdue=False)


def _flags_after(flags: Iterable[FlagStanding], event: AboutFlag) -> tuple[FlagStanding, ...]:
    return tuple(
        _flag_after(standing, event) if standing.flag == event.flag else standing
        for standing in flags
    )


def _flag_after(standing: FlagStanding, event: AboutFlag) -> FlagStanding:
    match event:
        case monitoring.ExplanationRequested():
            clock = ClockStanding(clock="explanation", clause=event.clause, due_on=event.due_on)
            return replace(
                standing, status="explanation-asked", answer_due_on=event.due_on, clock=clock
            )
        case monitoring.ExplanationGiven():
            return replace(standing, status="explained", answer_due_on=None, clock=None)
        case monitoring.FlagUpheld():
            return replace(standing, status="upheld", answer_due_on=None, clock=None)
        case monitoring.FlagDismissed():
            return replace(standing, status="dismissed", answer_due_on=None, clock=None)
        case monitoring.PlanAgreed():
            steps = (
                MilestoneStanding(milestone=one.milestone, due_on=one.due_on)
                for one in event.milestones
            )
            return replace(standing, milestones=tuple(steps), clock=None)
        case monitoring.MilestoneMet():
            left = tuple(one for one in standing.milestones if one.milestone != event.milestone)
            return replace(standing, milestones=left)
        case monitoring.FlagEscalated():
            return replace(standing, escalated_to=event.to, clock=None)
        case monitoring.FlagSteppedDown():
            to = "" if event.to == "plan" else event.to
            return replace(standing, escalated_to=to, clock=None)
        case monitoring.CaseClockStarted():
            clock = ClockStanding(clock=event.clock, clause=event.clause, due_on=event.due_on)
            return replace(standing, clock=clock)
        case monitoring.CaseClockPaused():
            return _ticking(standing, paused=True)
        case monitoring.CaseClockResumed():
            return _ticking(standing, paused=False, due_on=event.due_on)
        case monitoring.CaseClockMissed():
            return _ticking(standing, missed=True)
        case monitoring.BasisChanged():
            return replace(standing, basis_changed=True)
        case monitoring.FlagClosed():
            return replace(standing, status="closed", answer_due_on=None, clock=None)


def _ticking(standing: FlagStanding, **changes: object) -> FlagStanding:
    """The same with its clock changed; an explanation's day is when its answer is due."""
    if standing.clock is None:
        return standing
    clock = replace(standing.clock, **changes)
    awaited = standing.answer_due_on and clock.clock == "explanation"
    answer_due_on = clock.due_on if awaited else standing.answer_due_on
    return replace(standing, clock=clock, answer_due_on=answer_due_on)

"""What monitoring publishes of returns: as they are scheduled, come, and are judged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.events import Published
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


class Evidence(Term, frozen=True, kw_only=True):
    """A file that came with a return: where it lies, of what type it is and how long, in bytes."""

    file: TextRef
    media_type: str
    size: int


class Risk(Term, frozen=True, kw_only=True):
    """What may go wrong in a service, how grave it is, and who looks after it."""

    text: TextRef
    rating: Literal["low", "medium", "high"]
    owner: PersonId


class ReturnScheduled(Published, frozen=True, kw_only=True, tag="monitoring.return-scheduled.v1"):
    """One report on one contract, due; a date once published is never moved earlier.

    `counted_from` is the day its working days are counted after, where that is not the period's
    last: the contract was signed later.
    """

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    period: Period
    opens_on: date
    due_at: datetime
    counted_from: date | None = None


class ReturnRescheduled(
    Published, frozen=True, kw_only=True, tag="monitoring.return-rescheduled.v1"
):
    """A varied contract gives more days, so the return is due later; never earlier."""

    contract: ContractId
    period: Period
    due_at: datetime


class ReturnReminded(Published, frozen=True, kw_only=True, tag="monitoring.return-reminded.v1"):
    """The provider is told of a return that is not in: so many working days after it is due, before
    it where that is negative.
    """

    contract: ContractId
    period: Period
    due_at: datetime
    working_days: int


class ReturnSubmitted(Published, frozen=True, kw_only=True, tag="monitoring.return-submitted.v1"):
    """What the provider reports. `receipt` is a hash of what was received, `content` that itself.

    `submitted_by` signed it; `prepared_by` made it, where that was somebody else, and otherwise
    `declaration` is what the one who did both declared. `incidents` were reported by themselves.
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
    prepared_by: PersonId = ""
    declaration: TextRef | None = None
    content: TextRef | None = None
    evidence: tuple[Evidence, ...] = ()
    risks: tuple[Risk, ...] = ()
    incidents: tuple[str, ...] = ()


class ReturnRejected(Published, frozen=True, kw_only=True, tag="monitoring.return-rejected.v1"):
    """The figures are sent back, so the return is not in; `due_at` is when it is due."""

    contract: ContractId
    period: Period
    version: int
    reason: TextRef
    rejected_by: PersonId
    due_at: datetime | None = None


class QueryRaised(Published, frozen=True, kw_only=True, tag="monitoring.query-raised.v1"):
    """To be answered by `due_on` under the clause, where the contract has one."""

    contract: ContractId
    period: Period
    query: str
    measure: MeasureId = ""
    text: TextRef
    raised_by: PersonId
    due_on: date | None = None
    clause: str = ""


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

    `measures` are those accepted so far, whose readings alone are told, where the rest is not yet
    accepted; it is empty where the whole return is.
    """

    contract: ContractId
    period: Period
    version: int
    readings: tuple[Reading, ...]
    deemed: bool = False
    accepted_by: PersonId
    accepted_at: datetime
    measures: tuple[MeasureId, ...] = ()


class ReturnRestated(Published, frozen=True, kw_only=True, tag="monitoring.return-restated.v1"):
    """New figures for a period already accepted; both versions are kept. `restated_by` signed them;
    who made them, and what came with them, is told as in `ReturnSubmitted`.

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
    prepared_by: PersonId = ""
    declaration: TextRef | None = None
    content: TextRef | None = None
    evidence: tuple[Evidence, ...] = ()
    risks: tuple[Risk, ...] = ()
    incidents: tuple[str, ...] = ()


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

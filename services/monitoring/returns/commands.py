"""What may be asked of a return; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime

from services.monitoring.returns.looks import Past
from services.monitoring.returns.offers import Offer
from shared.eventsourcing.commands import Command
from shared.published.monitoring import Action
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    MeasureId,
    Period,
    PersonId,
    TextRef,
)


class ScheduleReturn(Command, frozen=True, kw_only=True):
    contract: ContractId
    period: Period
    terms: ContractTerms
    now: datetime


class OpenReturn(Command, frozen=True, kw_only=True):
    """Issued when the period is over."""

    now: datetime


class SaveDraft(Command, frozen=True, kw_only=True):
    draft: TextRef
    saved_by: PersonId
    now: datetime


class SubmitReturn(Command, frozen=True, kw_only=True):
    """`terms` and `past` are what the caller found when it looked them up."""

    offer: Offer
    terms: ContractTerms
    past: Past
    receipt: str
    submitted_by: PersonId
    now: datetime


class RejectReturn(Command, frozen=True, kw_only=True):
    version: int
    reason: TextRef
    rejected_by: PersonId
    agency: AgencyId
    now: datetime


class RaiseQuery(Command, frozen=True, kw_only=True):
    query: str
    measure: MeasureId
    text: TextRef
    raised_by: PersonId
    agency: AgencyId
    now: datetime


class AnswerQuery(Command, frozen=True, kw_only=True):
    query: str
    text: TextRef
    accepted_after_working_days: int
    answered_by: PersonId
    now: datetime


class AcceptReturn(Command, frozen=True, kw_only=True):
    version: int
    accepted_by: PersonId
    agency: AgencyId
    now: datetime


class CountAsAccepted(Command, frozen=True, kw_only=True):
    """Issued when the contract's days for a query or an acceptance have gone by."""

    now: datetime


class ConsentToRestatement(Command, frozen=True, kw_only=True):
    reason: TextRef
    consented_by: PersonId
    agency: AgencyId
    now: datetime


class RestateReturn(Command, frozen=True, kw_only=True):
    """`reason` says why the figures that stood were wrong; `restated_by` signs for the new ones."""

    offer: Offer
    terms: ContractTerms
    past: Past
    receipt: str
    reason: TextRef
    restated_by: PersonId
    now: datetime


class FallOverdue(Command, frozen=True, kw_only=True):
    """Issued when the due date has gone by."""

    now: datetime


class GrantExtension(Command, frozen=True, kw_only=True):
    due_on: date
    reason: TextRef
    granted_by: PersonId
    agency: AgencyId
    now: datetime


class HoldReviewMeeting(Command, frozen=True, kw_only=True):
    held_on: date
    minutes: TextRef
    actions: tuple[Action, ...]
    now: datetime


class CompleteAction(Command, frozen=True, kw_only=True):
    action: str
    completed_on: date
    recorded_by: PersonId
    now: datetime


class CancelReturn(Command, frozen=True, kw_only=True):
    now: datetime


ReturnCommand = (
    ScheduleReturn
    | OpenReturn
    | SaveDraft
    | SubmitReturn
    | RejectReturn
    | RaiseQuery
    | AnswerQuery
    | AcceptReturn
    | CountAsAccepted
    | ConsentToRestatement
    | RestateReturn
    | FallOverdue
    | GrantExtension
    | HoldReviewMeeting
    | CompleteAction
    | CancelReturn
)

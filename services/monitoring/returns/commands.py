"""What may be asked of a return; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from services.monitoring.returns.looks import Past
from services.monitoring.returns.offers import Offer
from shared.eventsourcing.commands import Command
from shared.published.monitoring import Action, Evidence
from shared.published.terms import (
    AgencyId,
    Clause,
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


class AttachEvidence(Command, frozen=True, kw_only=True):
    evidence: Evidence
    attached_by: PersonId
    now: datetime


class RemoveEvidence(Command, frozen=True, kw_only=True):
    file: UUID
    removed_by: PersonId
    now: datetime


class SubmitReturn(Command, frozen=True, kw_only=True):
    """`terms` and `past` are what the caller found when it looked them up; `content` is what came.

    With a `declaration` whoever made the figures signs them too; without one they wait for somebody
    else's signature.
    """

    offer: Offer
    terms: ContractTerms
    past: Past
    content: TextRef
    declaration: TextRef | None = None
    submitted_by: PersonId
    now: datetime


class SignReturn(Command, frozen=True, kw_only=True):
    """`receipt` is of the figures that the signatory read. Who made them declares that as well."""

    receipt: str
    terms: ContractTerms
    past: Past
    declaration: TextRef | None = None
    signed_by: PersonId
    now: datetime


class RejectReturn(Command, frozen=True, kw_only=True):
    version: int
    reason: TextRef
    rejected_by: PersonId
    agency: AgencyId
    now: datetime


class RaiseQuery(Command, frozen=True, kw_only=True):
    """`answer_within` is the contract's clause for the answer, if it has one."""

    query: str
    measure: MeasureId
    text: TextRef
    answer_within: Clause | None = None
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
    """Of the measures named, or where none is of everything not accepted yet."""

    version: int
    measures: tuple[MeasureId, ...] = ()
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
    """`reason` says why the figures that stood were wrong; signed for as in `SubmitReturn`."""

    offer: Offer
    terms: ContractTerms
    past: Past
    content: TextRef
    declaration: TextRef | None = None
    reason: TextRef
    restated_by: PersonId
    now: datetime


class RemindProvider(Command, frozen=True, kw_only=True):
    """Issued so many working days after the due date, before it where that is negative."""

    working_days: int
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
    | RemindProvider
    | SaveDraft
    | AttachEvidence
    | RemoveEvidence
    | SubmitReturn
    | SignReturn
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

"""What may be asked of a measure under watch and of its cases; each states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.commands import Command
from shared.published.monitoring import Milestone
from shared.published.procurement import Standard
from shared.published.terms import (
    AgencyId,
    CaseTerms,
    Clause,
    ContractId,
    MeasureTerms,
    PartnershipId,
    Period,
    PersonId,
    Reading,
    TextRef,
)


class TakeMeasure(Command, frozen=True, kw_only=True):
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureTerms
    sanctions_live_on: date | None
    rating: Clause | None = None
    now: datetime


class JudgeReading(Command, frozen=True, kw_only=True):
    """Figures that now stand: a measure's months and its whole period."""

    period: Period
    return_version: int
    readings: tuple[Reading, ...]
    now: datetime


class FlagLapse(Command, frozen=True, kw_only=True):
    """A standard of the provider has lapsed under a live contract."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    standard: Standard
    sanctions_live_on: date | None
    now: datetime


class RecordRenewal(Command, frozen=True, kw_only=True):
    """The provider holds again, until a last day, the standard that had lapsed."""

    standard: Standard
    valid_until: date
    now: datetime


class RequestExplanation(Command, frozen=True, kw_only=True):
    """`working_days` is what the contract's clause or the officer gives, never fewer than the
    clause.
    """

    flag: str
    working_days: int
    terms: CaseTerms | None = None
    requested_by: PersonId
    now: datetime


class GiveExplanation(Command, frozen=True, kw_only=True):
    flag: str
    text: TextRef
    given_by: PersonId
    terms: CaseTerms | None = None
    now: datetime


class UpholdFlag(Command, frozen=True, kw_only=True):
    """`terms`, here and elsewhere, hold the clauses under which the steps of a case are due."""

    flag: str
    reason: TextRef
    upheld_by: PersonId
    terms: CaseTerms | None = None
    now: datetime


class DismissFlag(Command, frozen=True, kw_only=True):
    flag: str
    reason: TextRef
    dismissed_by: PersonId
    now: datetime


class HoldMeeting(Command, frozen=True, kw_only=True):
    flag: str
    held_on: date
    minutes: TextRef
    recorded_by: PersonId
    terms: CaseTerms | None = None
    now: datetime


class AgreePlan(Command, frozen=True, kw_only=True):
    flag: str
    milestones: tuple[Milestone, ...]
    agreed_by: PersonId
    now: datetime


class MeetMilestone(Command, frozen=True, kw_only=True):
    flag: str
    milestone: str
    met_on: date
    evidence: TextRef | None = None
    met_by: PersonId = ""
    now: datetime


class MissMilestone(Command, frozen=True, kw_only=True):
    """Issued when a milestone's day has gone by."""

    flag: str
    milestone: str
    now: datetime


class EscalateFlag(Command, frozen=True, kw_only=True):
    flag: str
    to: Literal["exception-report", "formal-review"]
    reason: TextRef
    escalated_by: PersonId
    review: str = ""
    terms: CaseTerms | None = None
    now: datetime


class StepDown(Command, frozen=True, kw_only=True):
    """From the formal review to the exception report, from there to the plan."""

    flag: str
    reason: TextRef
    stepped_down_by: PersonId
    terms: CaseTerms | None = None
    now: datetime


class PauseClock(Command, frozen=True, kw_only=True):
    flag: str
    reason: TextRef
    paused_by: PersonId
    now: datetime


class ResumeClock(Command, frozen=True, kw_only=True):
    flag: str
    resumed_by: PersonId
    now: datetime


class MissClock(Command, frozen=True, kw_only=True):
    """Issued when the day of a case's clock has gone by."""

    flag: str
    now: datetime


class MakeNote(Command, frozen=True, kw_only=True):
    note: str
    text: TextRef
    made_by: PersonId
    now: datetime


class CloseFlag(Command, frozen=True, kw_only=True):
    flag: str
    reason: TextRef
    closed_by: PersonId
    now: datetime


FlagCommand = (
    TakeMeasure
    | JudgeReading
    | FlagLapse
    | RecordRenewal
    | RequestExplanation
    | GiveExplanation
    | UpholdFlag
    | DismissFlag
    | AgreePlan
    | MeetMilestone
    | MissMilestone
    | EscalateFlag
    | StepDown
    | HoldMeeting
    | PauseClock
    | ResumeClock
    | MissClock
    | MakeNote
    | CloseFlag
)

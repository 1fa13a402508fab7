"""What may be asked of an agency's register of training."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.trainings.events import Level, Subject
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId


class RecordTraining(Command, frozen=True, kw_only=True):
    training: str
    partnership: PartnershipId
    agency: AgencyId
    person: PersonId
    level: Level
    subject: Subject
    trained_on: date
    recorded_by: PersonId
    now: datetime


class WithdrawTraining(Command, frozen=True, kw_only=True):
    training: str
    withdrawn_by: PersonId
    now: datetime


TrainingCommand = RecordTraining | WithdrawTraining

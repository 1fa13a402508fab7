"""What may be asked of a consultation."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.assessments.events import Asked
from services.needs.voices.events import About, GroupHeard, Progress, ThemeHeard, Way
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, FinancialYear, PartnershipId, PersonId, TextRef


class OpenConsultation(Command, frozen=True, kw_only=True):
    consultation: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    stage: int
    asked: tuple[Asked, ...]
    ways: tuple[Way, ...]
    question: TextRef
    opens_on: date
    closes_on: date
    about_kind: About
    about: str
    opened_by: PersonId
    now: datetime


class RecordHeard(Command, frozen=True, kw_only=True):
    groups: tuple[GroupHeard, ...]
    themes: tuple[ThemeHeard, ...]
    said: TextRef
    now: datetime


class GiveResponse(Command, frozen=True, kw_only=True):
    response: str
    theme: str
    you_said: TextRef
    we_did: TextRef
    progress: Progress
    agency: AgencyId
    now: datetime


ConsultationCommand = OpenConsultation | RecordHeard | GiveResponse

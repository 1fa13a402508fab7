"""What may be asked of a partnership's framework."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.frameworks.events import Flexibility, Level, Section
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class DraftFramework(Command, frozen=True, kw_only=True):
    partnership: PartnershipId
    drafted_by: PersonId
    now: datetime


class WriteStatement(Command, frozen=True, kw_only=True):
    entry: str
    section: Section
    text: TextRef
    written_by: PersonId
    now: datetime


class StateLevel(Command, frozen=True, kw_only=True):
    entry: str
    service: str
    level: Level
    reason: TextRef
    written_by: PersonId
    now: datetime


class StateFlexibility(Command, frozen=True, kw_only=True):
    """`partner` is whether `lead` is a partner agency."""

    entry: str
    service: str
    uses: tuple[Flexibility, ...]
    fund: str
    lead: AgencyId
    partner: bool
    provider: str
    written_by: PersonId
    now: datetime


class RemoveFrameworkEntry(Command, frozen=True, kw_only=True):
    entry: str
    removed_by: PersonId
    now: datetime


class AdoptFramework(Command, frozen=True, kw_only=True):
    """`about` is what the decision is about, empty unless the partnership's board carried it."""

    decision: str
    about: str
    decided_on: date | None
    in_force_from: date
    recorded_by: PersonId
    now: datetime


FrameworkCommand = (
    DraftFramework
    | WriteStatement
    | StateLevel
    | StateFlexibility
    | RemoveFrameworkEntry
    | AdoptFramework
)

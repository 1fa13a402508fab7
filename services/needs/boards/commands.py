"""What may be asked of a board beside its meetings."""

from __future__ import annotations

from datetime import date, datetime

from services.needs.boards.events import Kept
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, FinancialYear, PersonId, TextRef


class TakeChairsAction(Command, frozen=True, kw_only=True):
    """`officer` is whether `acted_by` chairs the board or stands in for its chair.

    `members` are who sits on it now.
    """

    action: str
    title: str
    text: TextRef
    acted_by: PersonId
    officer: bool
    members: frozenset[PersonId]
    consulted: tuple[PersonId, ...]
    acted_on: date
    now: datetime


class BringExternalReview(Command, frozen=True, kw_only=True):
    review: str
    body: str
    title: str
    text: TextRef
    published_on: date
    exempt: bool
    now: datetime


class RecordConduct(Command, frozen=True, kw_only=True):
    """`partner` is whether `agency` is a partner agency."""

    record: str
    agency: AgencyId
    partner: bool
    year: FinancialYear
    plan: str
    commitment: str
    kept: Kept
    text: TextRef
    now: datetime


class NoteBusiness(Command, frozen=True, kw_only=True):
    """`sits` is whether the meeting is this board's and open."""

    business: str
    meeting: str
    sits: bool
    now: datetime


BoardCommand = TakeChairsAction | BringExternalReview | RecordConduct | NoteBusiness

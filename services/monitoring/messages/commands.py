"""What may be asked of a contract's messages; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.monitoring.messages.events import News
from shared.eventsourcing.commands import Command
from shared.published.terms import ContractId, PersonId


class AppointOfficer(Command, frozen=True, kw_only=True):
    """The contract's terms name the officer who monitors it."""

    contract: ContractId
    officer: PersonId
    now: datetime


class TellOfficer(Command, frozen=True, kw_only=True):
    """`about` is a period, flag, review or incident by its own id; `due_at` where it has a day."""

    news: News
    about: str
    due_at: datetime | None = None
    now: datetime


class SeeMessage(Command, frozen=True, kw_only=True):
    message: str
    seen_by: PersonId
    now: datetime


MessageCommand = AppointOfficer | TellOfficer | SeeMessage

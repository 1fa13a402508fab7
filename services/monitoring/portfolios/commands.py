"""What may be asked of a portfolio; only what other services publish asks it."""

from __future__ import annotations

from datetime import date, datetime

from services.monitoring.portfolios.events import Held
from shared.eventsourcing.commands import Command
from shared.published.procurement import Standard
from shared.published.terms import AgencyId, ContractId


class EnterContract(Command, frozen=True, kw_only=True):
    held: Held
    now: datetime


class LeaveContract(Command, frozen=True, kw_only=True):
    contract: ContractId
    now: datetime


class NoteLapse(Command, frozen=True, kw_only=True):
    """`expired_on` is the last day the standard was held."""

    provider: AgencyId
    standard: Standard
    expired_on: date
    now: datetime


class NoteRenewal(Command, frozen=True, kw_only=True):
    """The standard is held again, until a last day."""

    provider: AgencyId
    standard: Standard
    valid_until: date
    now: datetime


PortfolioCommand = EnterContract | LeaveContract | NoteLapse | NoteRenewal

"""What may be asked of a payment run; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.contracts.payment_runs.events import LeftOut, RunLine
from shared.eventsourcing.commands import Command
from shared.published.terms import FundId, PersonId, TextRef


class PrepareRun(Command, frozen=True, kw_only=True):
    """`lines` are prepared in their contracts in the same breath."""

    run: str
    fund: FundId
    lines: tuple[RunLine, ...]
    prepared_by: PersonId
    now: datetime


class ApproveRun(Command, frozen=True, kw_only=True):
    """`left_out` cannot be paid any more as prepared; all others are paid in the same breath."""

    left_out: tuple[LeftOut, ...]
    approved_by: PersonId
    now: datetime


class TurnDownRun(Command, frozen=True, kw_only=True):
    reason: TextRef
    turned_down_by: PersonId
    now: datetime


RunCommand = PrepareRun | ApproveRun | TurnDownRun

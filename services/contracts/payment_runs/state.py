"""The states of a payment run, and how facts move it through them."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from services.contracts.payment_runs.events import (
    PaymentRunApproved,
    PaymentRunPrepared,
    PaymentRunTurnedDown,
    RunEvent,
    RunLine,
)
from shared.published.terms import FundId, PersonId

Status = Literal["prepared", "approved", "turned-down"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a run."""


class Unprepared(State, frozen=True, kw_only=True, tag="unprepared"):
    """Nothing has happened yet."""


class Run(State, frozen=True, kw_only=True, tag="run"):
    """Payments on their way. `left_out` has the code of what stood in a payment's way."""

    run: str
    fund: FundId
    lines: tuple[RunLine, ...]
    prepared_by: PersonId
    status: Status = "prepared"
    left_out: dict[str, str] = {}

    @property
    def paid(self) -> tuple[RunLine, ...]:
        if self.status != "approved":
            return ()
        return tuple(line for line in self.lines if line.payment not in self.left_out)

    @property
    def amount_pence(self) -> int:
        return sum(line.amount_pence for line in self.lines)


PaymentRun = Unprepared | Run


def evolve(run: PaymentRun, event: RunEvent) -> PaymentRun:
    """The run after one more fact."""
    if not isinstance(run, Run):
        return _prepared(event) if isinstance(event, PaymentRunPrepared) else run
    match event:
        case PaymentRunApproved():
            left_out = {one.payment: one.reason for one in event.left_out}
            return replace(run, status="approved", left_out=left_out)
        case PaymentRunTurnedDown():
            return replace(run, status="turned-down")
        case PaymentRunPrepared():
            return run


def _prepared(event: PaymentRunPrepared) -> Run:
    return Run(run=event.run, fund=event.fund, lines=event.lines, prepared_by=event.prepared_by)

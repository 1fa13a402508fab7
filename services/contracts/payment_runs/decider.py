"""The rules of a payment run. Pure: no clock, no I/O, no chance.

Law: what one person prepared another approves, as it was prepared or less, never more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.contracts.payment_runs.commands import (
    ApproveRun,
    PrepareRun,
    RunCommand,
    TurnDownRun,
)
from services.contracts.payment_runs.events import (
    PaymentRunApproved,
    PaymentRunPrepared,
    PaymentRunTurnedDown,
    RunEvent,
)
from services.contracts.payment_runs.refusals import (
    AlreadyPrepared,
    ApproverIsPreparer,
    NothingToPay,
    RunDecided,
)
from services.contracts.payment_runs.state import PaymentRun, Run, Unprepared, evolve
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider

Events = Sequence[RunEvent]


def decide(command: RunCommand, run: PaymentRun) -> Events:
    """What follows from a command, or a refusal."""
    if isinstance(command, PrepareRun):
        return _prepare(command, run)
    if not isinstance(run, Run):
        raise Missing
    if run.status != "prepared":
        raise RunDecided
    match command:
        case ApproveRun():
            return _approve(command, run)
        case TurnDownRun():
            return [
                PaymentRunTurnedDown(reason=command.reason, turned_down_by=command.turned_down_by)
            ]


def _prepare(command: PrepareRun, run: PaymentRun) -> Events:
    """Refuses: AlreadyPrepared, NothingToPay."""
    if isinstance(run, Run):
        raise AlreadyPrepared
    if not command.lines:
        raise NothingToPay
    return [
        PaymentRunPrepared(
            run=command.run,
            fund=command.fund,
            lines=command.lines,
            prepared_by=command.prepared_by,
        )
    ]


def _approve(command: ApproveRun, run: Run) -> Events:
    """Refuses: ApproverIsPreparer."""
    if run.prepared_by == command.approved_by:
        raise ApproverIsPreparer
    return [PaymentRunApproved(left_out=command.left_out, approved_by=command.approved_by)]


PAYMENT_RUNS: Decider[RunCommand, PaymentRun, RunEvent] = Decider(
    category="payment-run",
    initial=Unprepared(),
    decide=decide,
    evolve=evolve,
    events=get_args(RunEvent),
)

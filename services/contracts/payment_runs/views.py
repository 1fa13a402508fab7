"""Payment runs as they are listed and shown."""

from __future__ import annotations

from typing import cast

from services.contracts.payment_runs.decider import PAYMENT_RUNS
from services.contracts.payment_runs.events import RunEvent
from services.contracts.payment_runs.state import PaymentRun, Run, Status, Unprepared, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FundId


class PaymentRunRow(Row, frozen=True, kw_only=True):
    """A run of one fund. `decided_on` is the day it was approved or turned down."""

    run: str
    fund: FundId
    status: Status
    amount_pence: int
    paid_pence: int
    decided_on: str = ""
    state: Run
    version: int


def fold(row: PaymentRunRow | None, recorded: Recorded) -> PaymentRunRow:
    """The row after one more event of its stream."""
    before: PaymentRun = row.state if row else Unprepared()
    state = evolve(before, cast(RunEvent, recorded.event))
    assert isinstance(state, Run), "a run's first event is its preparing"
    decided = "" if state.status == "prepared" else london_date(recorded.recorded_at).isoformat()
    return PaymentRunRow(
        run=state.run,
        fund=state.fund,
        status=state.status,
        amount_pence=state.amount_pence,
        paid_pence=sum(line.amount_pence for line in state.paid),
        decided_on=decided,
        state=state,
        version=recorded.envelope.version,
    )


PAYMENT_RUN_ROWS: View[PaymentRunRow] = View(
    name="payment_runs",
    source="contracts",
    row=PaymentRunRow,
    events=PAYMENT_RUNS.events,
    key=subject_of,
    fold=fold,
    indexes=("fund",),
)

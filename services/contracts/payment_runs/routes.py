"""The doors of payment runs: prepared by one, approved or turned down by another, remitted."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request, Response
from pydantic import Field

from services.contracts.contracts.commands import (
    ApprovePayment,
    PreparePayment,
    TurnDownPayment,
)
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.state import Signed
from services.contracts.payment_runs import commands
from services.contracts.payment_runs.choosing import left_out, lines
from services.contracts.payment_runs.decider import PAYMENT_RUNS
from services.contracts.payment_runs.refusals import RunNotApproved
from services.contracts.payment_runs.state import Run
from services.contracts.payment_runs.views import PAYMENT_RUN_ROWS, PaymentRunRow
from services.contracts.reading import Contracts, caught_up, fund_parties, signed_on
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Day, Id, Prose
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router
from shared.http.tables import as_csv

router = Router(prefix="/v1/funds/{fund}/payment-runs", tags=["payments"])

Runs = Annotated[ViewStore[PaymentRunRow], rows(PAYMENT_RUN_ROWS)]
Reader = Annotated[Actor, allowed("funds:read", "member", "host", of=fund_parties)]
Preparer = Annotated[Actor, allowed("payments:write", "host", of=fund_parties)]
Approver = Annotated[Actor, allowed("payments:approve", "host", of=fund_parties)]

REMITTANCE = (
    "run", "payment", "provider", "contract", "year", "certificates", "amount", "paid_on",
)  # fmt: skip


class RunBody(Body):
    """What is due by a day (without: today); of these contracts alone, if any are named."""

    due_by: Day | None = None
    contracts: Annotated[list[Id], Field(default_factory=list[Id], max_length=500)]


class TurnedDownBody(Body):
    reason: Prose


def shown(row: PaymentRunRow) -> dict[str, Any]:
    """A run with its payments; one left out says why."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    state = content.pop("state")
    content["lines"] = [
        line | {"left_out": state["left_out"].get(line["payment"], "")} for line in state["lines"]
    ]
    return content


@router.get("")
async def list_runs(fund: Id, runs: Runs, paging: Paging, actor: Reader) -> Listed[dict[str, Any]]:
    """The payment runs of a fund."""
    del actor
    found = await runs.find(where={"fund": fund}, after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row) for key, row in found.items()})


async def _row(runs: ViewStore[PaymentRunRow], fund: str, run: str) -> PaymentRunRow:
    """Raises Missing."""
    row = await runs.get(run)
    if row is None or row.fund != fund:
        raise Missing
    return row


@router.get("/{run}")
async def read_run(fund: Id, run: Id, runs: Runs, actor: Reader) -> dict[str, Any]:
    """One run: its payments, and what was left out and why."""
    del actor
    return shown(await _row(runs, fund, run))


@router.get(
    "/{run}/remittance",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
async def read_remittance(fund: Id, run: Id, runs: Runs, actor: Reader) -> Response:
    """What an approved run pays, payment by payment in pounds, as a table for the bank's file.

    409: run-not-approved.
    """
    del actor
    row = await _row(runs, fund, run)
    if row.status != "approved":
        raise RunNotApproved
    table = [
        (
            run, line.payment, line.provider, line.contract, line.year,
            " ".join(line.certificates), _amount(line.amount_pence), row.decided_on,
        )
        for line in row.state.paid
    ]  # fmt: skip
    return Response(
        as_csv(REMITTANCE, table),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="remittance-{run}.csv"'},
    )


def _amount(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02d}"


@router.post("", status_code=201)
async def prepare_run(
    request: Request,
    fund: Id,
    body: RunBody,
    handle: Handling,
    contracts: Contracts,
    actor: Preparer,
) -> Accepted:
    """Prepare the payment of everything due in a fund, one payment for each contract.

    A payment is of one financial year, the earliest with something due. 409: nothing-payable.
    """
    await caught_up(request)
    run, now = handle.new_id(), handle.now()
    signed = await signed_on(contracts, fund)
    if body.contracts:
        signed = {key: state for key, state in signed.items() if key in body.contracts}
    chosen = lines(
        signed, body.due_by or london_date(now), lambda contract: handle.part_id(actor, contract)
    )
    prepare = commands.PrepareRun(
        run=run, fund=fund, lines=chosen, prepared_by=actor.person, now=now
    )
    steps = [
        Step(PAYMENT_RUNS, run, prepare),
        *(
            Step(
                CONTRACTS,
                line.contract,
                PreparePayment(
                    payment=line.payment,
                    certificates=line.certificates,
                    prepared_by=actor.person,
                    now=now,
                ),
            )
            for line in chosen
        ),
    ]
    return await handle.together(actor, steps)


async def _prepared(handle: Handle, fund: str, run: str) -> tuple[Run, dict[str, Signed]]:
    """The run, and its contracts as they stand. Raises Missing."""
    state = await handle.load(PAYMENT_RUNS, run)
    if not isinstance(state, Run) or state.fund != fund:
        raise Missing
    contracts: dict[str, Signed] = {}
    for line in state.lines:
        contract = await handle.load(CONTRACTS, line.contract)
        assert isinstance(contract, Signed), "only what is signed is paid"
        contracts[line.contract] = contract
    return state, contracts


@router.post("/{run}/approval", status_code=201)
async def approve_run(fund: Id, run: Id, handle: Handling, actor: Approver) -> Accepted:
    """Another person approves, and the money leaves the bank; what was disputed or has changed
    since is left out, with the reason, and can be prepared again. 403: approver-is-preparer.

    409: run-decided.
    """
    state, contracts = await _prepared(handle, fund, run)
    now = handle.now()
    kept_out = left_out(state, contracts, actor.person, now)
    command = commands.ApproveRun(left_out=kept_out, approved_by=actor.person, now=now)
    reason = await handle.keep_text(actor, "reason", "Left out of an approved payment run.")
    reasons = {one.payment: one.reason for one in kept_out}
    steps = [Step(PAYMENT_RUNS, run, command)]
    for line in state.lines if state.status == "prepared" else ():
        pay = ApprovePayment(payment=line.payment, approved_by=actor.person, now=now)
        drop = TurnDownPayment(
            payment=line.payment, reason=reason, turned_down_by=actor.person, now=now
        )
        if reasons.get(line.payment) != "unknown-payment":  # somebody has dealt with it already
            steps.append(Step(CONTRACTS, line.contract, drop if line.payment in reasons else pay))
    return await handle.together(actor, steps)


@router.post("/{run}/refusal", status_code=201)
async def turn_down_run(
    fund: Id, run: Id, body: TurnedDownBody, handle: Handling, actor: Approver
) -> Accepted:
    """Nothing of it is paid; its certificates can be prepared again. 409: run-decided."""
    state, contracts = await _prepared(handle, fund, run)
    now, reason = handle.now(), await handle.keep_text(actor, "reason", body.reason)
    command = commands.TurnDownRun(reason=reason, turned_down_by=actor.person, now=now)
    waiting = [
        line
        for line in state.lines
        if contracts[line.contract].books.payments[line.payment].status == "prepared"
    ]
    steps = [
        Step(PAYMENT_RUNS, run, command),
        *(
            Step(
                CONTRACTS,
                line.contract,
                TurnDownPayment(
                    payment=line.payment, reason=reason, turned_down_by=actor.person, now=now
                ),
            )
            for line in waiting
        ),
    ]
    return await handle.together(actor, steps)

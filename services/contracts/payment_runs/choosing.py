"""Which certificates a payment run pays, and which of its payments can still be made. Pure.

Law: a run pays what is owed and undisputed; what has changed since is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from services.contracts.contracts.commands import ApprovePayment
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.state import Signed
from services.contracts.payment_runs.events import LeftOut, RunLine
from services.contracts.payment_runs.state import Run
from shared.eventsourcing.commands import Refused
from shared.published.terms import ContractId


def lines(
    contracts: Mapping[ContractId, Signed], due_by: date, payment_of: Callable[[ContractId], str]
) -> tuple[RunLine, ...]:
    """One payment for each contract with something due, in the order of their ids."""
    found = (_line(contracts[name], due_by, payment_of(name)) for name in sorted(contracts))
    return tuple(line for line in found if line is not None)


def _line(contract: Signed, due_by: date, payment: str) -> RunLine | None:
    """Of the earliest financial year with something due: one payment is of one year. What the
    provider owes back is kept out of it.
    """
    books = contract.books
    disputed = {i.period for i in books.invoices.values() if i.disputed}
    due = {
        name: c
        for name, c in books.standing.items()
        if c.owed_pence > 0 and c.due_on <= due_by and not c.payment and c.period not in disputed
    }
    if not due:
        return None
    year = min(c.year for c in due.values())
    chosen = sorted(name for name, c in due.items() if c.year == year)
    amount = sum(due[name].owed_pence for name in chosen) - books.credit_pence
    if amount <= 0:
        return None
    return RunLine(
        payment=payment,
        contract=contract.contract,
        provider=contract.terms.provider,
        year=year,
        certificates=tuple(chosen),
        amount_pence=amount,
    )


def left_out(
    run: Run, contracts: Mapping[ContractId, Signed], approver: str, now: datetime
) -> tuple[LeftOut, ...]:
    """The payments their contracts would refuse by now, each with the refusal's code."""
    found: list[LeftOut] = []
    for line in run.lines:
        command = ApprovePayment(payment=line.payment, approved_by=approver, now=now)
        try:
            CONTRACTS.decide(command, contracts[line.contract])
        except Refused as refused:
            found.append(LeftOut(payment=line.payment, reason=refused.code))
    return tuple(found)

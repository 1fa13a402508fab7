"""The facts of a payment run. What each contract was paid is that contract's own fact."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.terms import (
    AgencyId,
    ContractId,
    FinancialYear,
    FundId,
    PersonId,
    Term,
    TextRef,
)


class RunLine(Term, frozen=True, kw_only=True):
    """One contract's payment in a run: certificates of one financial year."""

    payment: str
    contract: ContractId
    provider: AgencyId
    year: FinancialYear
    certificates: tuple[str, ...]
    amount_pence: int


class LeftOut(Term, frozen=True, kw_only=True):
    """A payment of the run that was not made, and the code of what stood in its way."""

    payment: str
    reason: str


class PaymentRunPrepared(Event, frozen=True, kw_only=True, tag="contracts.payment-run-prepared.v1"):
    run: str
    fund: FundId
    lines: tuple[RunLine, ...]
    prepared_by: PersonId


class PaymentRunApproved(Event, frozen=True, kw_only=True, tag="contracts.payment-run-approved.v1"):
    """Everything but what was left out has been paid."""

    left_out: tuple[LeftOut, ...]
    approved_by: PersonId


class PaymentRunTurnedDown(
    Event, frozen=True, kw_only=True, tag="contracts.payment-run-turned-down.v1"
):
    reason: TextRef
    turned_down_by: PersonId


RunEvent = PaymentRunPrepared | PaymentRunApproved | PaymentRunTurnedDown

"""The rules of accruals: cost of a period that is over and whose return is not in, by two people.

Law: what is accrued stays within the cap, and its certificate reverses it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.contracts import prices
from services.contracts.contracts.certifying import charge
from services.contracts.contracts.commands import ApproveAccrual, ProposeAccrual
from services.contracts.contracts.earning import room_pence
from services.contracts.contracts.events import AccrualProposed, ContractEvent
from services.contracts.contracts.money import Accrual
from services.contracts.contracts.refusals import (
    AboveCap,
    AlreadyAccrued,
    ApproverIsPreparer,
    ElementNotPaid,
    PeriodNotOver,
    PeriodOutside,
    ReturnIsIn,
    UnknownAccrual,
    YearFrozen,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import ExpenditureAccrued
from shared.published.terms import Period
from shared.values.quarters import last_day, year_of

Events = Sequence[ContractEvent]


def propose_accrual(command: ProposeAccrual, contract: Signed) -> Events:
    """Refuses: PeriodOutside, ElementNotPaid, PeriodNotOver, ReturnIsIn, YearFrozen,
    AlreadyAccrued, AboveCap.
    """
    year = year_of(command.period)
    payment = contract.payments.get(year)
    of_returns = prices.periods_in(
        year, contract.terms.returns, contract.terms.starts_on, contract.ends_on
    )
    if payment is None or command.period not in of_returns:
        raise PeriodOutside(pointer="/body/period")
    paid = prices.earned(payment, command.period, ())
    if paid is None or paid[0] != command.element:
        raise ElementNotPaid(pointer="/body/element")
    if london_date(command.now) < last_day(command.period):
        raise PeriodNotOver
    _still_accruable(contract, command.period)
    if any(
        a.period == command.period and a.status != "reversed"
        for a in contract.books.accruals.values()
    ):
        raise AlreadyAccrued
    room = prices.fund_part(payment, max(0, room_pence(contract, payment, paid[0], year)))
    if command.amount_pence > room:
        raise AboveCap(pointer="/body/amount_pence")
    proposed = AccrualProposed(
        accrual=command.accrual,
        element=command.element,
        period=command.period,
        amount_pence=command.amount_pence,
        proposed_by=command.proposed_by,
    )
    return [proposed]


def _still_accruable(contract: Signed, period: Period) -> None:
    if period in contract.returns:
        raise ReturnIsIn
    if year_of(period) not in contract.posting_years:
        raise YearFrozen


def approve_accrual(command: ApproveAccrual, contract: Signed) -> Events:
    """Dated the last day of its period. Refuses: UnknownAccrual, ApproverIsPreparer, ReturnIsIn,
    YearFrozen.
    """
    accrual: Accrual | None = contract.books.accruals.get(command.accrual)
    if accrual is None or accrual.status != "proposed":
        raise UnknownAccrual
    if accrual.proposed_by == command.approved_by:
        raise ApproverIsPreparer
    _still_accruable(contract, accrual.period)
    year = year_of(accrual.period)
    accrued = ExpenditureAccrued(
        contract=contract.contract,
        fund=contract.terms.fund,
        year=year,
        accrual=command.accrual,
        element=accrual.element,
        amount_pence=accrual.amount_pence,
        period=accrual.period,
        proposed_by=accrual.proposed_by,
        approved_by=command.approved_by,
        effective_on=last_day(accrual.period),
    )
    charged = charge(contract, year, accrual.element, command.accrual, accrual.amount_pence)
    return [accrued, charged]

"""What a return makes due: within floor and cap, its gain or loss shared, a co-payer's part noted.

Law: nothing is due twice for the same figures, and nothing above what was agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec.structs import replace

from services.contracts.contracts import prices
from services.contracts.contracts.money import Certificate
from services.contracts.contracts.state import Signed
from shared.published.terms import (
    CostAndVolume,
    Element,
    FeePlusOutcomes,
    FinancialYear,
    GainShare,
    MeasureId,
    Mechanism,
    Milestones,
    Period,
)
from shared.values.quarters import year_of
from shared.values.shares import portion


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed for a period, what its cap keeps back, and what somebody else pays of it."""

    net_pence: int
    capped_pence: int = 0
    co_paid_pence: int = 0


def element_earned(contract: Signed, period: Period) -> Element | None:
    """What the returns of a period's year earn; None where they earn nothing."""
    payment = contract.payments.get(year_of(period))
    earned = prices.earned(payment, period, ()) if payment else None
    return earned[0] if earned else None


def pays_for(contract: Signed, period: Period, measures: Iterable[MeasureId]) -> bool:
    """Whether any of the measures is paid for in a period's year."""
    priced = prices.measures_priced(contract.payments[year_of(period)])
    return not set(priced).isdisjoint(measures)


def due_on_return(contract: Signed, period: Period, element: Element) -> Due:
    """What a period's figures make due, beside every certificate that stands: those of other
    periods, and those of its own that a part of the same figures made due before.
    """
    own = {
        name: c
        for name, c in contract.books.standing.items()
        if (c.period, c.element) == (period, element)
    }
    whole = _due_in_all(_without(contract, own), period, element)
    return Due(
        net_pence=max(0, whole.net_pence - sum(c.net_pence for c in own.values())),
        capped_pence=whole.capped_pence,
        co_paid_pence=max(0, whole.co_paid_pence - sum(c.co_paid_pence for c in own.values())),
    )


def _without(contract: Signed, own: Mapping[str, Certificate]) -> Signed:
    certificates = {k: c for k, c in contract.books.certificates.items() if k not in own}
    return replace(contract, books=replace(contract.books, certificates=certificates))


def _due_in_all(contract: Signed, period: Period, element: Element) -> Due:
    year = year_of(period)
    payment = contract.payments[year]
    due = _due_before_cap(contract, payment, period, element)
    wanted = _earned(contract, payment, period)
    if isinstance(payment, GainShare):
        wanted = due
    allowed = min(due, max(0, room_pence(contract, payment, element, year)))
    co_paid = _co_paid(contract, payment, element, year, allowed)
    return Due(
        net_pence=allowed - co_paid,
        capped_pence=max(0, wanted - allowed),
        co_paid_pence=co_paid,
    )


def _earned(contract: Signed, payment: Mechanism, period: Period) -> int:
    readings = contract.returns[period].readings
    before = _met_before(contract, payment, period)
    earned = prices.earned(payment, period, readings, before)
    return earned[1] if earned else 0


def _met_before(contract: Signed, payment: Mechanism, period: Period) -> frozenset[MeasureId]:
    """The milestones that certificates of other periods were for."""
    if not isinstance(payment, Milestones):
        return frozenset()
    paid = {c.period for c in contract.books.standing.values()} - {period}
    heard = {p: contract.returns[p].readings for p in paid if p in contract.returns}
    return frozenset[MeasureId]().union(*(prices.met(payment, p, r) for p, r in heard.items()))


def _due_before_cap(contract: Signed, payment: Mechanism, period: Period, element: Element) -> int:
    """The floor of cost and volume comes with the last return of the year, like a gain shared."""
    pence = _earned(contract, payment, period)
    year, terms = year_of(period), contract.terms
    so_far = certified_in(contract, element, year)
    periods = prices.periods_in(year, terms.returns, terms.starts_on, contract.ends_on)
    if isinstance(payment, CostAndVolume):
        floor = _of_year(contract, payment.floor_annual_pence, year)
        return max(pence, floor - so_far) if period == periods[-1] else pence
    if isinstance(payment, GainShare):
        target = _of_year(contract, payment.target_annual_pence, year)
        certified = {c.period for c in _of_element(contract, element, year)} | {period}
        cost = sum(_earned(contract, payment, p) for p in certified if p in contract.returns)
        due = prices.gain_shared(payment, target, cost, whole_year=certified >= set(periods))
        return max(0, due - so_far)
    return pence


def _of_year(contract: Signed, annual: int, year: FinancialYear) -> int:
    """An annual sum's part in a year, by days where the contract ended early."""
    terms = contract.terms
    part = prices.in_year(annual, year, terms.starts_on, terms.ends_on)
    return prices.served(part, year, terms.starts_on, terms.ends_on, contract.ends_on)


def _co_paid(
    contract: Signed, payment: Mechanism, element: Element, year: FinancialYear, allowed: int
) -> int:
    """The co-payer's part of the year's outcomes with these, less what was its part before."""
    if not isinstance(payment, FeePlusOutcomes) or not payment.co_payer_basis_points:
        return 0
    standing = _of_element(contract, element, year)
    before = sum(c.co_paid_pence for c in standing)
    earned = sum(c.net_pence for c in standing) + before + allowed
    return min(allowed, max(0, portion(earned, payment.co_payer_basis_points) - before))


def room_pence(contract: Signed, payment: Mechanism, element: Element, year: FinancialYear) -> int:
    """What returns may still earn in a year; of milestones, in the whole contract."""
    terms = contract.terms
    if isinstance(payment, Milestones):
        standing = contract.books.standing.values()
        paid = sum(c.net_pence for c in standing if c.element == element)
        return sum(m.price_pence for m in payment.milestones) - paid
    cap = prices.earnable_in(payment, year, terms.starts_on, terms.ends_on)
    return cap - sum(c.net_pence + c.co_paid_pence for c in _of_element(contract, element, year))


def certified_in(contract: Signed, element: Element, year: FinancialYear) -> int:
    """Net certificates of an element for the periods of a year."""
    return sum(c.net_pence for c in _of_element(contract, element, year))


def _of_element(contract: Signed, element: Element, year: FinancialYear) -> list[Certificate]:
    return [
        c
        for c in contract.books.standing.values()
        if c.element == element and year_of(c.period) == year
    ]

"""What a payment mechanism comes to: by financial year, by instalment, by return.

Law: the years of a contract add up to its value, and the instalments of a year to the year's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from shared.published.terms import (
    Block,
    CostAndVolume,
    Element,
    FeePlusOutcomes,
    FinancialYear,
    Frequency,
    GainShare,
    MeasureId,
    Mechanism,
    Milestones,
    Period,
    Reading,
)
from shared.values.quarters import financial_year, first_day, last_day, periods, years
from shared.values.shares import portion

WHOLE = 10_000  # basis points
STANDARD_RATES: tuple[tuple[date, int], ...] = ((date(2011, 1, 4), 2000),)
"""The standard rate of VAT in basis points, from a date on (Value Added Tax Act 1994 s.2)."""


def fixed_annual_pence(payment: Mechanism) -> int:
    """What is owed by the calendar alone."""
    match payment:
        case Block():
            return payment.annual_pence
        case CostAndVolume() | Milestones() | GainShare():
            return 0
        case FeePlusOutcomes():
            return payment.fee_annual_pence


def earnable_in(payment: Mechanism, year: FinancialYear, starts_on: date, ends_on: date) -> int:
    """The most that returns can earn in a year; of milestones, those planned for it."""
    match payment:
        case Block():
            return 0
        case CostAndVolume() | GainShare():
            return in_year(payment.cap_annual_pence, year, starts_on, ends_on)
        case FeePlusOutcomes():
            return in_year(payment.outcome_cap_annual_pence, year, starts_on, ends_on)
        case Milestones():
            planned = (m for m in payment.milestones if financial_year(m.due_on) == year)
            return sum(m.price_pence for m in planned)


def annual_pence(payment: Mechanism) -> int:
    """The most that a whole year costs."""
    match payment:
        case Block():
            return payment.annual_pence
        case CostAndVolume() | GainShare():
            return payment.cap_annual_pence
        case FeePlusOutcomes():
            cap = payment.outcome_cap_annual_pence
            return payment.fee_annual_pence + fund_part(payment, cap)
        case Milestones():
            planned: Counter[FinancialYear] = Counter()
            for milestone in payment.milestones:
                planned[financial_year(milestone.due_on)] += milestone.price_pence
            return max(planned.values(), default=0)


def fund_part(payment: Mechanism, earned_pence: int) -> int:
    """What the fund pays of what is earned; an outside co-payer's part is rounded down."""
    if not isinstance(payment, FeePlusOutcomes):
        return earned_pence
    return earned_pence - portion(earned_pence, payment.co_payer_basis_points)


def gain_shared(payment: GainShare, target_pence: int, cost_pence: int, *, whole_year: bool) -> int:
    """What is due on the provider's cost of a year so far: above the target less its part of the
    loss, and once the year is whole more by its part of the gain.
    """
    if cost_pence > target_pence:
        above = cost_pence - target_pence
        return cost_pence - portion(above, payment.loss_basis_points)
    gain = portion(target_pence - cost_pence, payment.gain_basis_points) if whole_year else 0
    return cost_pence + gain


def fixed_element(payment: Mechanism) -> Element:
    return "Fee" if isinstance(payment, FeePlusOutcomes) else "Block"


def instalments(payment: Mechanism) -> Frequency | None:
    """How often the calendar pays; None where it does not."""
    match payment:
        case Block():
            return payment.instalments
        case CostAndVolume() | Milestones() | GainShare():
            return None
        case FeePlusOutcomes():
            return "quarterly"


def measures_priced(payment: Mechanism) -> tuple[MeasureId, ...]:
    match payment:
        case Block():
            return ()
        case CostAndVolume() | GainShare():
            return (payment.measure,)
        case Milestones():
            return tuple(milestone.measure for milestone in payment.milestones)
        case FeePlusOutcomes():
            return tuple(rate.measure for rate in payment.rates)


def _days(starts_on: date, ends_on: date) -> int:
    return (ends_on - starts_on).days + 1


def _whole_years(starts_on: date, ends_on: date) -> bool:
    """Whether the last day is the eve of an anniversary of the first."""
    after = ends_on + timedelta(days=1)
    return after > starts_on and (after.month, after.day) == (starts_on.month, starts_on.day)


def in_year(annual: int, year: FinancialYear, starts_on: date, ends_on: date) -> int:
    """An annual sum's part in one financial year, by days; a whole year is the whole sum.

    Of a contract of whole years, the last part takes what the first left of a year.
    """
    opens, closes = first_day(year), last_day(year)
    first, last = max(opens, starts_on), min(closes, ends_on)
    if first > last:
        return 0
    if (first, last) == (opens, closes):
        return annual
    if first == opens and _whole_years(starts_on, ends_on):
        begun = financial_year(starts_on)
        return annual - in_year(annual, begun, starts_on, last_day(begun))
    return annual * _days(first, last) // _days(opens, closes)


def vat_pence(net_pence: int, vat: str, on: date) -> int:
    """VAT owed on top of a net sum under the contract's regime, rounded down."""
    if not vat.startswith("standard"):
        return 0
    return portion(net_pence, max(rate for rate in STANDARD_RATES if rate[0] <= on)[1])


def cost_pence(net_pence: int, vat: str, on: date) -> int:
    """What a net sum costs the fund: VAT that nobody gives back is part of the cost."""
    return net_pence + (vat_pence(net_pence, vat, on) if vat == "standard-irrecoverable" else 0)


def commitments(
    payments: Mapping[FinancialYear, Mechanism], starts_on: date, ends_on: date, vat: str
) -> dict[FinancialYear, int]:
    """The value of each financial year of a contract, from what is paid in each."""
    found: dict[FinancialYear, int] = {}
    for year in years(starts_on, ends_on):
        payment = payments[year]
        fixed = in_year(fixed_annual_pence(payment), year, starts_on, ends_on)
        earned = fund_part(payment, earnable_in(payment, year, starts_on, ends_on))
        found[year] = cost_pence(fixed + earned, vat, first_day(year))
    return found


def paid_each_year(
    payment: Mechanism, starts_on: date, ends_on: date
) -> dict[FinancialYear, Mechanism]:
    return dict.fromkeys(years(starts_on, ends_on), payment)


def weights(named: Sequence[Period], starts_on: date, ends_on: date) -> tuple[int, ...]:
    """Instalments are equal over whole periods; a period in part weighs by its days."""
    return tuple(
        _days(max(first_day(p), starts_on), min(last_day(p), ends_on))
        * WHOLE
        // _days(first_day(p), last_day(p))
        for p in named
    )


def served(
    annual_part: int, year: FinancialYear, starts_on: date, agreed: date, ended: date
) -> int:
    """A year's sum after the contract ended before the day agreed, by days."""
    first = max(first_day(year), starts_on)
    planned = _days(first, min(last_day(year), agreed))
    given = max(0, _days(first, min(last_day(year), ended)))
    return annual_part * min(given, planned) // planned


def periods_in(
    year: FinancialYear, frequency: Frequency, starts_on: date, ends_on: date
) -> tuple[Period, ...]:
    """The periods of a financial year that the contract has a day in."""
    first, last = max(first_day(year), starts_on), min(last_day(year), ends_on)
    return periods(first, last, frequency)


def units(measure: MeasureId, period: Period, readings: Sequence[Reading]) -> Decimal:
    """What was given of a measure: for the whole period if stated, or else over its months."""
    given = [r for r in readings if r.measure == measure and r.status == "given"]
    whole = [r for r in given if r.period == period]
    return sum((r.value or Decimal(0) for r in whole or given), Decimal(0))


def _priced(price_pence: int, amount: Decimal) -> int:
    return max(0, int((price_pence * amount).to_integral_value(ROUND_FLOOR)))


def met(payment: Milestones, period: Period, readings: Sequence[Reading]) -> frozenset[MeasureId]:
    """The milestones that a period's figures say are met."""
    return frozenset(
        one.measure for one in payment.milestones if units(one.measure, period, readings) >= 1
    )


def earned(
    payment: Mechanism,
    period: Period,
    readings: Sequence[Reading],
    met_before: frozenset[MeasureId] = frozenset(),
) -> tuple[Element, int] | None:
    """What a period's figures earn before floor, cap and shares; None where returns earn nothing.

    `met_before` are the milestones that other periods have been paid for.
    """
    match payment:
        case Block():
            return None
        case CostAndVolume():
            amount = units(payment.measure, period, readings)
            return "Activity", _priced(payment.unit_price_pence, amount)
        case GainShare():
            return "Activity", _priced(1, units(payment.measure, period, readings))
        case Milestones():
            now = met(payment, period, readings) - met_before
            return "Outcome", sum(m.price_pence for m in payment.milestones if m.measure in now)
        case FeePlusOutcomes():
            return "Outcome", sum(
                _priced(rate.price_pence, units(rate.measure, period, readings))
                for rate in payment.rates
            )

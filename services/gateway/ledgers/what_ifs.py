"""What if: a fund's year, branched by what nobody has done.

Law: a branch is lines beside the real ones, each transaction of which comes to nothing in both
halves; whoever asks is shown it, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from services.gateway.ledgers.contract_postings import promise
from services.gateway.ledgers.fund_postings import authority
from services.gateway.ledgers.position import FundPosition
from services.gateway.ledgers.transactions import (
    Code,
    Entry,
    PostingLine,
    Transaction,
    posting_lines,
)
from shared.eventsourcing.commands import Invalid
from shared.published.terms import AgencyId, ContractId, FinancialYear
from shared.values.quarters import last_day
from shared.values.shares import WHOLE_BASIS_POINTS

NOBODY = UUID(int=0)
"""The event that a line of a branch comes from."""

RUN_RATE = "actual and accrued to date, for every day of the year alike"
RUN_RATE_DAYS = 90
"""Before so many days of a year have gone by, its rate says little."""


class UnknownInYear(Invalid):
    """The fund's year has no such contract or partner."""

    code = "unknown-in-year"


class NotPaidByVolume(Invalid):
    """More or less of this contract's service costs the same."""

    code = "not-paid-by-volume"


class BelowNothing(Invalid):
    """A partner cannot contribute less than nothing."""

    code = "below-nothing"


class ContractEnded(msgspec.Struct, frozen=True, kw_only=True):
    """`on` is the last day of service. What is promised and not charged falls evenly on the days
    of the year that are left, and what falls after that day is released.
    """

    contract: ContractId
    on: date


class ContributionChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A partner gives so much more in the year, minus for less."""

    partner: AgencyId
    change_pence: int


class VolumeChanged(msgspec.Struct, frozen=True, kw_only=True):
    """So many ten-thousandths more of what is still to come, minus for less; in all the contract
    costs its year at least `floor_pence` and at most `cap_pence`.
    """

    contract: ContractId
    basis_points: int
    floor_pence: int
    cap_pence: int


Change = ContractEnded | ContributionChanged | VolumeChanged


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Where the year would land by one method."""

    method: str
    outturn_pence: int


def forecasts(stands: FundPosition, today: date) -> tuple[Forecast, ...]:
    """By what is promised, and from the second quarter on by what has been spent so far."""
    promised = Forecast(method=stands.forecast_method, outturn_pence=stands.forecast_outturn_pence)
    last = last_day(stands.year)
    first = date(last.year - 1, 4, 1)
    gone = (min(today, last) - first).days + 1
    if gone < RUN_RATE_DAYS:
        return (promised,)
    spent = stands.actual_pence + stands.accrued_pence
    days = (last - first).days + 1
    return (promised, Forecast(method=RUN_RATE, outturn_pence=spent * days // gone))


def branch(
    stands: FundPosition, fund: str, changes: Iterable[Change], today: date
) -> list[PostingLine]:
    """The lines that the changes would add to a year that stands so, each change after the last.

    Raises UnknownInYear, BelowNothing.
    """
    left = {one.contract: one.committed_pence for one in stands.contracts}
    charged = {one.contract: one.actual_pence + one.accrued_pence for one in stands.contracts}
    given = {one.partner: one.contribution_agreed_pence for one in stands.partners}
    found: list[Transaction] = []
    for change in changes:
        match change:
            case ContractEnded():
                pence = -_after(_of(left, change.contract), change.on, today, stands.year)
                left[change.contract] += pence
                entries = promise(change.contract, pence)
                found.append(_transaction("commitment-released", stands.year, today, entries))
            case VolumeChanged():
                pence = _more(change, _of(left, change.contract), charged[change.contract])
                left[change.contract] += pence
                entries = promise(change.contract, pence)
                found.append(_transaction("contract-varied", stands.year, today, entries))
            case ContributionChanged():
                given[change.partner] = _of(given, change.partner) + change.change_pence
                if given[change.partner] < 0:
                    raise BelowNothing
                entries = authority(change.partner, change.change_pence)
                found.append(_transaction("contribution-agreed", stands.year, today, entries))
    return list(posting_lines(fund, NOBODY, found))


def _of(known: dict[str, int], name: str) -> int:
    if name not in known:
        raise UnknownInYear
    return known[name]


def _after(committed: int, on: date, today: date, year: FinancialYear) -> int:
    """What of the promise falls after a day; the odd penny stays promised."""
    last = last_day(year)
    days = (last - today).days
    if on <= today or days <= 0:
        return committed
    return committed * max(0, (last - on).days) // days


def _more(change: VolumeChanged, left: int, charged: int) -> int:
    """Rounded towards no change."""
    more = abs(left * change.basis_points) // WHOLE_BASIS_POINTS
    total = charged + left + (more if change.basis_points > 0 else -more)
    return max(min(total, change.cap_pence), change.floor_pence, charged) - charged - left


def _transaction(
    code: Code, year: FinancialYear, today: date, entries: Sequence[Entry]
) -> Transaction:
    return Transaction(
        code=code,
        year=year,
        effective_on=today,
        entries=tuple(entry for entry in entries if entry.amount_pence),
        reference="what-if",
    )

"""Compares what was bought: who bought it, from whom, at what price. Pure.

Only processes with an award are compared, and only by a value that means something: one missing,
not in pounds or nominal is counted as left out, never as nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median

import msgspec

from services.procurement.notices.views import NoticeRow

MOST_COMPARED = 5_000
MOST_NAMED = 50
DAYS_OF_A_YEAR = 365
SHORTEST_DAYS = 28
NOMINAL = "value-nominal:"


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """What a number of processes cost, in pence; the median of an even number is rounded down."""

    count: int
    lowest_pence: int
    median_pence: int
    highest_pence: int


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """What one buyer bought. `priced` of its processes have a value that can be added up."""

    buyer: str
    name: str
    processes: int
    priced: int
    total_pence: int
    last_published_on: date


class Supplied(msgspec.Struct, frozen=True, kw_only=True):
    """What one supplier was awarded. A value shared among suppliers is nobody's: it is in no total,
    and its process is counted in `together`.
    """

    supplier: str
    name: str
    processes: int
    together: int
    priced: int
    total_pence: int
    ocid: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Processes that match, set beside each other; `whole` and `yearly` are None where none can be.

    `left_out` says how many have no price, by reason; `yearly` divides a value by the length of its
    contract, from four weeks on.
    """

    found: int
    awarded: int
    truncated: bool
    whole: Prices | None
    yearly: Prices | None
    left_out: dict[str, int]
    buyers: list[Bought]
    suppliers: list[Supplied]


def compare(rows: Iterable[NoticeRow]) -> Comparison:
    """The first 5,000 of what is found; of buyers and suppliers the 50 with the most processes."""
    found = list(rows)
    taken = found[:MOST_COMPARED]
    awarded = [row for row in taken if row.kind == "award"]
    reasons = Counter(reason for row in awarded if (reason := without_price(row)))
    prices = [price for row in awarded if (price := price_of(row)) is not None]
    years = [price for row in awarded if (price := yearly_price(row)) is not None]
    return Comparison(
        found=len(taken),
        awarded=len(awarded),
        truncated=len(found) > len(taken),
        whole=_prices(prices),
        yearly=_prices(years),
        left_out=dict(sorted(reasons.items())),
        buyers=_buyers(awarded),
        suppliers=_suppliers(awarded),
    )


def without_price(row: NoticeRow) -> str:
    """Why a process has no price: missing, not-gbp, unreadable, nominal; empty where it has one."""
    for defect in row.defects:
        kind, _, _ = defect.partition(":")
        if kind in ("value-missing", "value-not-gbp", "value-unreadable", "value-nominal"):
            return kind.removeprefix("value-")
    return "" if row.value_pence is not None else "missing"


def price_of(row: NoticeRow) -> int | None:
    return None if without_price(row) else row.value_pence


def yearly_price(row: NoticeRow) -> int | None:
    """Pence a year, both days counted; None where the term is not known or shorter than 28 days."""
    price = price_of(row)
    if price is None or row.starts_on is None or row.ends_on is None:
        return None
    days = (row.ends_on - row.starts_on).days + 1
    return price * DAYS_OF_A_YEAR // days if days >= SHORTEST_DAYS else None


def _prices(prices: Sequence[int]) -> Prices | None:
    if not prices:
        return None
    return Prices(
        count=len(prices),
        lowest_pence=min(prices),
        median_pence=int(median(prices)),
        highest_pence=max(prices),
    )


def _buyers(awarded: Iterable[NoticeRow]) -> list[Bought]:
    of: dict[tuple[str, str], list[NoticeRow]] = defaultdict(list)
    for row in awarded:
        of[row.buyer, row.buyer_name].append(row)
    found = [
        Bought(
            buyer=buyer,
            name=name,
            processes=len(rows),
            priced=len(_known(rows)),
            total_pence=sum(_known(rows)),
            last_published_on=max(row.published_at for row in rows).date(),
        )
        for (buyer, name), rows in of.items()
    ]
    return sorted(found, key=lambda one: (-one.processes, one.name, one.buyer))[:MOST_NAMED]


def _suppliers(awarded: Iterable[NoticeRow]) -> list[Supplied]:
    of: dict[str, list[NoticeRow]] = defaultdict(list)
    for row in awarded:
        for supplier in row.suppliers:
            of[supplier].append(row)
    found = [_supplied(supplier, rows) for supplier, rows in of.items()]
    return sorted(found, key=lambda one: (-one.processes, one.supplier))[:MOST_NAMED]


def _supplied(supplier: str, rows: Sequence[NoticeRow]) -> Supplied:
    alone = _known([row for row in rows if len(row.suppliers) == 1])
    return Supplied(
        supplier=supplier,
        name="",
        processes=len(rows),
        together=sum(len(row.suppliers) > 1 for row in rows),
        priced=len(alone),
        total_pence=sum(alone),
        ocid=max(rows, key=lambda row: row.published_at).ocid,
    )


def _known(rows: Iterable[NoticeRow]) -> list[int]:
    return [price for row in rows if (price := price_of(row)) is not None]


def named(comparison: Comparison, names: Mapping[str, str]) -> Comparison:
    """The same with the suppliers' names, which stand in the records alone."""
    suppliers = [
        msgspec.structs.replace(one, name=names.get(one.supplier, ""))
        for one in comparison.suppliers
    ]
    return msgspec.structs.replace(comparison, suppliers=suppliers)

"""A partnership's scorecard by quarter: every measure of every contract, returns, flags, money.

Law: one quarter's column shows what was reported of that quarter; money is whole pence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from services.gateway.report_cards.content import open_flags
from services.gateway.report_cards.figures import CardFigure, CardMeasure, card_measures
from shared.values.quarters import (
    first_day,
    frequency_of,
    last_day,
    period_of,
    previous_period,
    year_of,
)

Json = Mapping[str, Any]

QUARTERS_SHOWN = 4


class ScoreLine(msgspec.Struct, frozen=True, kw_only=True):
    """A measure across the quarters; None where nothing was due or reported."""

    measure: str
    title: str
    quadrant: str
    unit: str
    target: str | None
    direction: str
    cells: tuple[CardFigure | None, ...]


class ReturnScore(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen quarter's returns: how many were due, handed in in time, late, not at all, nil."""

    due: int = 0
    in_time: int = 0
    late: int = 0
    awaited: int = 0
    nil: int = 0


class MoneyScore(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider reports against its budget in the newest return of the quarter's year up to
    the quarter, and what the fund promised and certified; pence. None: not reported.
    """

    period: str = ""
    version: int = 0
    budget_pence: int | None = None
    spent_pence: int | None = None
    forecast_pence: int | None = None
    committed_pence: int = 0
    certified_pence: int = 0


class ContractScore(msgspec.Struct, frozen=True, kw_only=True):
    contract: str
    title: str
    provider: str
    provider_name: str
    lines: tuple[ScoreLine, ...]
    returns: ReturnScore
    flags: tuple[Json, ...]
    money: MoneyScore


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Of the chosen quarter, over the contracts listed."""

    met: int
    missed: int
    unjudged: int
    due: int
    in_time: int
    flags: int


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """`quarters` end with the chosen one."""

    quarter: str
    quarters: tuple[str, ...]
    contracts: tuple[ContractScore, ...]
    totals: Totals


def newest_quarter(views: Iterable[Json], fallback: str) -> str:
    """The last quarter that any contract has reported on."""
    ends = [
        last_day(one["standing"]["period"])
        for view in views
        for one in view["returns"]
        if one["receipt"]
    ]
    if not ends:
        return fallback
    return period_of(max(ends), "quarterly")


def scorecard(views: Sequence[Json], quarter: str) -> Scorecard:
    """All contracts of the views, in the order of their titles."""
    quarters = [quarter]
    while len(quarters) < QUARTERS_SHOWN:
        quarters.insert(0, previous_period(quarters[0]))
    found = sorted((_contract(view, quarters) for view in views), key=lambda one: one.title)
    newest = [line.cells[-1] for one in found for line in one.lines]
    given = [cell.status for cell in newest if cell is not None]
    return Scorecard(
        quarter=quarter,
        quarters=tuple(quarters),
        contracts=tuple(found),
        totals=Totals(
            met=given.count("met"),
            missed=given.count("missed"),
            unjudged=len(newest) - given.count("met") - given.count("missed"),
            due=sum(one.returns.due for one in found),
            in_time=sum(one.returns.in_time for one in found),
            flags=sum(len(one.flags) for one in found),
        ),
    )


def _contract(view: Json, quarters: Sequence[str]) -> ContractScore:
    measures = card_measures(view)
    titles = {one.measure: one.title for one in measures}
    return ContractScore(
        contract=view["contract"],
        title=view["title"],
        provider=view["terms"]["provider"],
        provider_name=view["provider_name"],
        lines=tuple(_line(one, quarters) for one in measures),
        returns=_returns(view, quarters[-1]),
        flags=tuple(open_flags(view, titles)),
        money=_money(view, quarters[-1]),
    )


def _line(measure: CardMeasure, quarters: Sequence[str]) -> ScoreLine:
    cells = tuple(_cell(measure, quarter) for quarter in quarters)
    asked = next((cell for cell in reversed(cells) if cell is not None), measure.latest)
    return ScoreLine(
        measure=measure.measure,
        title=measure.title,
        quadrant=measure.quadrant,
        unit=measure.unit,
        target=asked.target if asked else None,
        direction=measure.direction,
        cells=cells,
    )


def _cell(measure: CardMeasure, quarter: str) -> CardFigure | None:
    """The last figure of a period that ends in the quarter: its own, or its last month's."""
    mine = [one for one in measure.history if ends_in(one.period, quarter)]
    return max(mine, key=lambda one: last_day(one.period)) if mine else None


def ends_in(period: str, quarter: str) -> bool:
    return first_day(quarter) <= last_day(period) <= last_day(quarter)


def _returns(view: Json, quarter: str) -> ReturnScore:
    mine = [
        one
        for one in view["returns"]
        if ends_in(one["standing"]["period"], quarter) and one["standing"]["status"] != "cancelled"
    ]
    received = [one for one in mine if one["standing"]["version"]]
    late = sum(one["standing"]["late"] for one in received)
    return ReturnScore(
        due=len(mine),
        in_time=len(received) - late,
        late=late,
        awaited=len(mine) - len(received),
        nil=sum(bool(one["nil"]) for one in received),
    )


def _money(view: Json, quarter: str) -> MoneyScore:
    year = year_of(quarter)
    told = [
        one
        for one in view["returns"]
        if one["budget"]
        and year_of(one["standing"]["period"]) == year
        and last_day(one["standing"]["period"]) <= last_day(quarter)
    ]
    certified = sum(
        one["amount_pence"]
        for one in view["certificates"]
        if one["year"] == year
        and one["reversed_on"] is None
        and last_day(one["period"]) <= last_day(quarter)
    )
    score = MoneyScore(
        committed_pence=view["terms"]["commitments"].get(year, 0), certified_pence=certified
    )
    if not told:
        return score
    newest = max(told, key=lambda one: last_day(one["standing"]["period"]))
    sums = {
        f"{part}_pence": sum(line[f"{part}_pence"] for line in newest["budget"])
        for part in ("budget", "spent", "forecast")
    }
    standing = newest["standing"]
    return msgspec.structs.replace(
        score, period=standing["period"], version=standing["version"], **sums
    )


def is_quarter(name: str) -> bool:
    """Whether a name is that of a quarter."""
    try:
        return frequency_of(name) == "quarterly"
    except ValueError:
        return False

"""Everything a card, a curve or a scorecard shows, as tables for CSV and spreadsheets. Pure.

Law: the same figures as the page, in the exact text in which they were given; one table holds all,
and each part of it is a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from services.gateway.exports.tables import Table
from services.gateway.report_cards.content import (
    Account,
    ContractCard,
    Indicator,
    ProviderCard,
    Story,
)
from services.gateway.report_cards.curves import Curve
from services.gateway.report_cards.figures import CardFigure, CardMeasure
from services.gateway.report_cards.scorecards import ContractScore, Scorecard

PARTS = {
    "measure": "Measures",
    "forecast": "Forecasts",
    "population": "Population indicators",
    "words": "Words",
    "flag": "Flags",
    "action": "Review actions",
    "returns": "Returns",
    "money": "Money",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing shown. `part` says of what kind; what it has not is empty."""

    part: str
    contract: str = ""
    contract_title: str = ""
    quadrant: str = ""
    name: str = ""
    period: str = ""
    value: Decimal | int | None = None
    amount_pence: int | None = None
    unit: str = ""
    status: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    target: Decimal | None = None
    tolerance: Decimal | None = None
    baseline: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    return_period: str = ""
    return_version: int | None = None
    standing: str = ""
    dated_on: str = ""
    rule: str = ""
    clause: str = ""
    agreed: str = ""
    agreed_on: str = ""
    text: str = ""
    who: str = ""
    due_on: str = ""
    done_on: str = ""


COLUMNS = Line.__struct_fields__


def flat(name: str, lines: Sequence[Line]) -> Table:
    """All lines under all columns."""
    return Table(name=name, columns=COLUMNS, rows=tuple(_row(one, COLUMNS) for one in lines))


def sheets(lines: Sequence[Line]) -> list[Table]:
    """Each part as a sheet of the columns it uses."""
    found: list[Table] = []
    for part, name in PARTS.items():
        mine = [one for one in lines if one.part == part]
        used = tuple(c for c in COLUMNS[1:] if any(getattr(o, c) not in ("", None) for o in mine))
        if mine:
            rows = tuple(_row(one, used) for one in mine)
            found.append(Table(name=name, columns=used, rows=rows))
    return found or [Table(name="Nothing", columns=("nothing",), rows=())]


def _row(line: Line, columns: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(line, column) for column in columns)


def measure_lines(contract: str, title: str, measures: Iterable[CardMeasure]) -> Iterable[Line]:
    """Every figure of the measures, and what comes if nothing changes."""
    for measure in measures:
        for figure in measure.history:
            yield _figure(contract, title, measure, figure)
        for one in measure.coming:
            yield Line(
                part="forecast", contract=contract, contract_title=title,
                quadrant=measure.quadrant, name=measure.title, period=one.period,
                value=Decimal(one.value), low=Decimal(one.low), high=Decimal(one.high),
                unit=measure.unit,
            )  # fmt: skip


def _figure(contract: str, title: str, measure: CardMeasure, figure: CardFigure) -> Line:
    cites = figure.cites
    return Line(
        part="measure",
        contract=contract,
        contract_title=title,
        quadrant=measure.quadrant,
        name=measure.title,
        period=figure.period,
        value=_exact(figure.value),
        unit=measure.unit,
        status=figure.status,
        target=_exact(figure.target),
        tolerance=_exact(figure.tolerance),
        baseline=_exact(measure.baseline),
        numerator=_exact(figure.numerator),
        denominator=_exact(figure.denominator),
        return_period=cites.period,
        return_version=cites.version,
        standing=cites.standing,
        dated_on=cites.dated_on or "",
        rule=cites.rule,
        clause=cites.clause,
        agreed=cites.agreed,
        agreed_on=cites.agreed_on,
    )


def _exact(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def card_lines(card: ContractCard) -> list[Line]:
    """A contract's card."""
    at: dict[str, Any] = {"contract": card.contract, "contract_title": card.title}
    return [
        *measure_lines(card.contract, card.title, card.measures),
        *_indicators(card.indicators),
        *_story(card.story, at),
        *_words(card.account, at),
        *_flags(card.flags, at),
        *(
            Line(
                part="action", name=f"Action {n}", due_on=one["due_on"],
                done_on=one["completed_on"] or "", **at,
            )
            for n, one in enumerate(card.actions, 1)
        ),
    ]  # fmt: skip


def _story(story: Story, at: dict[str, Any]) -> Iterable[Line]:
    if not story.period:
        return
    of: dict[str, Any] = {"period": story.period, "return_version": story.version}
    if story.shown:
        yield Line(part="words", name="story", text=story.shown, **of, **at)
    for name in ("complaints", "compliments"):
        count = getattr(story, name)
        status = "given" if count is not None else "suppressed"
        yield Line(part="words", name=name, value=count, status=status, **of, **at)


def _words(account: Account, at: dict[str, Any]) -> Iterable[Line]:
    for one in account.entries:
        yield Line(
            part="words", name=one.section, text=one.text, status=one.cost or "",
            who=one.owner or one.agency, due_on=one.due_on or "", done_on=one.done_on or "", **at,
        )  # fmt: skip
    for lack in account.lacking:
        yield Line(part="words", name=lack, status="missing", **at)


def _flags(flags: Iterable[Any], at: dict[str, Any]) -> Iterable[Line]:
    for one in flags:
        yield Line(
            part="flag", name=one["title"] or one["rule"], rule=one["rule"],
            status=one["status"], dated_on=one["raised_at"], **at,
        )  # fmt: skip


def _indicators(found: Iterable[Indicator]) -> Iterable[Line]:
    for one in found:
        of: dict[str, Any] = {
            "part": "population",
            "name": one.title,
            "unit": one.unit,
            "who": one.area,
        }
        for point in one.history:
            yield Line(
                period=point.period, value=_exact(point.value), status=point.status,
                text=one.source, **of,
            )  # fmt: skip
        for n, (value, low, high) in enumerate(one.coming, 1):
            yield Line(
                period=f"+{n}", value=Decimal(value), low=Decimal(low), high=Decimal(high),
                status="forecast", **of,
            )  # fmt: skip
        if one.target is not None:
            yield Line(period=one.by_period, value=Decimal(one.target), status="target", **of)


def provider_lines(card: ProviderCard) -> list[Line]:
    """A provider's card; contracts without room on the page are named as on the page."""
    found = [
        line
        for one in card.contracts
        for line in (
            *measure_lines(one.contract, one.title, one.measures),
            *_flags(one.flags, {"contract": one.contract, "contract_title": one.title}),
        )
    ]
    return found + [
        Line(part="words", contract=contract, contract_title=title, name="not on the page")
        for contract, title in card.unlisted
    ]


def curve_lines(curve: Curve) -> list[Line]:
    """An outcome's page: the population first, then each contract."""
    return [
        *_indicators(curve.indicators),
        *_words(curve.account, {}),
        *(
            line
            for card in curve.contracts
            for line in measure_lines(card.contract, card.title, card.measures)
        ),
    ]


def score_lines(card: Scorecard) -> list[Line]:
    """A scorecard: each cell, then each contract's returns, flags and money."""
    return [line for one in card.contracts for line in _score(one, card)]


def _score(score: ContractScore, card: Scorecard) -> Iterable[Line]:
    at: dict[str, Any] = {"contract": score.contract, "contract_title": score.title}
    for row in score.lines:
        measure = CardMeasure(
            measure=row.measure, title=row.title, outcome="", quadrant=row.quadrant,
            unit=row.unit, direction=row.direction, baseline=None, headline=False, latest=None,
            history=(), coming=(),
        )  # fmt: skip
        for quarter, cell in zip(card.quarters, row.cells, strict=True):
            if cell is None:
                yield Line(
                    part="measure", name=row.title, period=quarter, unit=row.unit,
                    quadrant=row.quadrant, status="not-reported", **at,
                )  # fmt: skip
            else:
                yield _figure(score.contract, score.title, measure, cell)
    for name in ("due", "in_time", "late", "awaited", "nil"):
        value: int = getattr(score.returns, name)
        yield Line(part="returns", name=name, period=card.quarter, value=value, **at)
    yield from _flags(score.flags, at)
    money = score.money
    for name in ("budget", "spent", "forecast", "committed", "certified"):
        reported = name in ("budget", "spent", "forecast")
        yield Line(
            part="money", name=name, period=money.period if reported else card.quarter,
            amount_pence=getattr(money, f"{name}_pence"),
            return_version=money.version if reported and money.version else None, **at,
        )  # fmt: skip

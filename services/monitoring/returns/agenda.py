"""The agenda of a contract review meeting, made from the return it is held over.

Law: it says what to talk about and where that stands; it judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from services.monitoring.flags.judging import judgement
from services.monitoring.flags.views import FlagRow
from services.monitoring.returns.looks import measures
from services.monitoring.returns.state import Version
from services.monitoring.returns.views import ActionLine, ReturnRow
from shared.published.terms import ContractTerms, Period


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to talk about; `about` names the measure, query, element, flag or action."""

    kind: Literal[
        "late", "query", "missed-target", "missing-figure", "explained-figure",
        "forecast-overspend", "complaints", "flag", "action-open", "action-overdue",
    ]  # fmt: skip
    about: str = ""


def agenda(
    row: ReturnRow, terms: ContractTerms, flags: Iterable[FlagRow], actions: Iterable[ActionLine]
) -> list[Item]:
    """Late arrival, queries, figures, money, complaints, open cases, actions still to do."""
    latest = row.standing.latest
    items: list[Item] = []
    if row.standing.overdue or (latest and latest.late):
        items.append(Item(kind="late"))
    items += [Item(kind="query", about=query) for query in row.standing.open_queries]
    if latest is not None:
        items += _figures(latest, terms, row.period)
    items += [Item(kind="explained-figure", about=one.measure) for one in row.standing.explained]
    items += [Item(kind="flag", about=flag.flag) for flag in flags]
    items += [
        Item(kind="action-overdue" if action.overdue else "action-open", about=action.action)
        for action in actions
        if action.completed_on is None
    ]
    return items


def _figures(latest: Version, terms: ContractTerms, period: Period) -> Iterator[Item]:
    known = measures(terms)
    for reading in latest.readings:
        if reading.period != period or reading.measure not in known:
            continue
        if reading.status == "missing":
            yield Item(kind="missing-figure", about=reading.measure)
        elif judgement(known[reading.measure], reading) == "missed":
            yield Item(kind="missed-target", about=reading.measure)
    for line in latest.budget:
        if line.forecast_pence > line.budget_pence:
            yield Item(kind="forecast-overspend", about=line.element)
    if latest.complaints:
        yield Item(kind="complaints")

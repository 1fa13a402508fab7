"""Which piece of work stands in which stage, and which is late, from the thread alone. Pure.

A piece of work is the foremost thing that has come of a need: a need nothing was recommended for, a
recommendation nothing was specified for, and so on to a contract, which is monitored and reviewed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from services.gateway.cycle.views import PlannedRow
from services.gateway.threads.graph import Kind, Node, Ref, Strand
from shared.values.cycle import STAGES, cycle_of, season, written

STANDS_IN: dict[Kind, int] = {
    "need": 4,
    "recommendation": 5,
    "specification": 6,
    "tender": 6,
    "award": 7,
    "contract": 9,
}
COMMISSIONING = 6
WAITS_FOR: dict[Kind, str] = {
    "need": "a recommendation",
    "recommendation": "a specification",
    "specification": "a tender or another award",
    "tender": "an award",
    "award": "a signed contract",
    "contract": "its formal review",
}


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work. `cycle` is the year it belongs to, `needs` the needs it serves.

    `due_on` is the last day by custom on which its next step is taken.
    """

    kind: Kind | Literal["planned"]
    id: str
    title: str
    stage: int
    cycle: str
    since: date | None
    needs: tuple[str, ...]
    waits_for: str
    due_on: date
    late: bool


def board(whole: Strand, today: date, ended: Collection[str] = ()) -> list[Piece]:
    """Every piece of work, by stage, the longest waiting first; `ended` are contracts that are
    over, about which nothing is left to be done.
    """
    nodes = {node.ref: node for node in whole.nodes if node.title}
    after = _neighbours((edge.source, edge.target) for edge in whole.edges)
    before = _neighbours((edge.target, edge.source) for edge in whole.edges)
    pieces = [
        _piece(node, _origins(node.ref, before, nodes), _reviews(node.ref, after, nodes), today)
        for node in nodes.values()
        if node.kind in STANDS_IN
        and not (node.kind == "contract" and node.id in ended)
        and not any(ref.kind in STANDS_IN for ref in after.get(node.ref, ()))
    ]
    return sorted(pieces, key=lambda one: (one.stage, one.since or today, one.kind, one.id))


def planned(rows: Iterable[PlannedRow], today: date) -> list[Piece]:
    """What is to be bought in the place of a service that is redesigned and has not begun; its
    latest day is the one on which no gap opens yet.
    """
    return [
        Piece(
            kind="planned",
            id=row.contract,
            title=row.title,
            stage=COMMISSIONING,
            cycle=written(cycle_of(row.planned_on)),
            since=row.planned_on,
            needs=(),
            waits_for="a tender or another award",
            due_on=row.open_by,
            late=row.open_by < today,
        )
        for row in sorted(rows, key=lambda row: (row.open_by, row.contract))
        if not row.begun
    ]


def _piece(node: Node, origins: list[Node], reviews: list[date], today: date) -> Piece:
    stage = STANDS_IN[node.kind]
    needs = tuple(sorted(one.title for one in origins if one.kind == "need"))
    if node.kind == "contract":
        cycle, due_on = _next_review(node, reviews, today)
    else:
        found = [one.on for one in origins if one.kind == "assessment" and one.on]
        cycle = cycle_of(max(found, default=node.on or today))
        due_on = season(STAGES[stage - 1].activity, cycle).ends_on
    return Piece(
        kind=node.kind,
        id=node.id,
        title=node.title,
        stage=stage,
        cycle=written(cycle),
        since=node.on,
        needs=needs,
        waits_for=WAITS_FOR[node.kind],
        due_on=due_on,
        late=due_on < today,
    )


def _next_review(node: Node, reviews: list[date], today: date) -> tuple[int, date]:
    """The cycle whose formal review a contract waits for, and its last day: the first one without a
    review whose season began after the contract was signed.
    """
    reviewed = {cycle_of(day) for day in reviews}
    signed_on = node.on or today
    cycle = cycle_of(signed_on)
    if signed_on >= season("review", cycle).begins_on:
        cycle += 1
    while cycle in reviewed:
        cycle += 1
    return cycle, season("review", cycle).ends_on


def _neighbours(pairs: Iterable[tuple[Ref, Ref]]) -> Mapping[Ref, list[Ref]]:
    found: defaultdict[Ref, list[Ref]] = defaultdict(list)
    for near, far in pairs:
        found[near].append(far)
    return found


def _origins(ref: Ref, before: Mapping[Ref, list[Ref]], nodes: Mapping[Ref, Node]) -> list[Node]:
    """The needs a thing came of, itself where it is one, and the assessments that found them."""
    reached, waiting = {ref}, [ref]
    while waiting:
        for earlier in before.get(waiting.pop(), ()):
            if earlier not in reached:
                reached.add(earlier)
                waiting.append(earlier)
    return [nodes[one] for one in reached if one in nodes and one.kind in ("need", "assessment")]


def _reviews(ref: Ref, after: Mapping[Ref, list[Ref]], nodes: Mapping[Ref, Node]) -> list[date]:
    """The days of a contract's formal reviews."""
    found = (nodes[one] for one in after.get(ref, ()) if one.kind == "review" and one in nodes)
    return [one.on for one in found if one.on]

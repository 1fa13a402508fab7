"""Nodes and edges, and the walk along them. Pure.

Law: every edge points from need towards money, so that backwards is why and forwards is what came
of it; a walk never changes direction, or it would reach everything through a shared outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

import msgspec

Kind = Literal[
    "assessment", "outcome", "need", "recommendation", "strategy", "specification", "decision",
    "tender", "award", "contract", "return", "flag", "notice", "review", "invoice", "certificate",
    "withholding", "payment", "ledger",
]  # fmt: skip
Direction = Literal["back", "forward", "both"]


class Ref(NamedTuple):
    """What a node is known by."""

    kind: Kind
    id: str


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """Something on the thread. Without a title it is only pointed at by what was heard so far."""

    kind: Kind
    id: str
    title: str = ""
    on: date | None = None
    amount_pence: int | None = None
    status: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """What one node has to do with the next; `relation` reads from the first to the second."""

    source: Ref
    relation: str
    target: Ref


class Strand(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the thread."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def joined(self, nodes: Iterable[Node] = (), edges: Iterable[Edge] = ()) -> Strand:
        """With more of it: a node known already is told again, an edge is there once."""
        known = {node.ref: node for node in self.nodes} | {node.ref: node for node in nodes}
        found = dict.fromkeys(self.edges) | dict.fromkeys(edges)
        return Strand(nodes=tuple(known.values()), edges=tuple(found))


def together(strands: Iterable[Strand]) -> Strand:
    """All strands as one; of two tellings of a node the one with a title is kept."""
    nodes: dict[Ref, Node] = {}
    edges: dict[Edge, None] = {}
    for strand in strands:
        for node in strand.nodes:
            if node.ref not in nodes or not nodes[node.ref].title:
                nodes[node.ref] = node
        edges |= dict.fromkeys(strand.edges)
    kept = [edge for edge in edges if edge.source in nodes and edge.target in nodes]
    return Strand(nodes=tuple(nodes.values()), edges=tuple(kept))


def thread(whole: Strand, start: Ref, direction: Direction) -> Strand | None:
    """All that leads to a node and all that follows from it; None where there is no such node."""
    if start not in {node.ref for node in whole.nodes}:
        return None
    reached = {start}
    if direction != "forward":
        reached |= _reached(start, _neighbours((e.target, e.source) for e in whole.edges))
    if direction != "back":
        reached |= _reached(start, _neighbours((e.source, e.target) for e in whole.edges))
    return Strand(
        nodes=tuple(node for node in whole.nodes if node.ref in reached),
        edges=tuple(e for e in whole.edges if e.source in reached and e.target in reached),
    )


def _neighbours(pairs: Iterable[tuple[Ref, Ref]]) -> Mapping[Ref, list[Ref]]:
    found: defaultdict[Ref, list[Ref]] = defaultdict(list)
    for near, far in pairs:
        found[near].append(far)
    return found


def _reached(start: Ref, neighbours: Mapping[Ref, list[Ref]]) -> set[Ref]:
    reached: set[Ref] = set()
    waiting = [start]
    while waiting:
        for ref in neighbours.get(waiting.pop(), ()):
            if ref not in reached:
                reached.add(ref)
                waiting.append(ref)
    return reached

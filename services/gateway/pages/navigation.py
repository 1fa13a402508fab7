"""Which ways through the pages a person is shown, grouped by what they come to do. Pure.

Law: nobody is shown a way that would answer that they may not go there. Who has few ways sees them
all in one row; others see the steps of the cycle, and below them the ways of the step they are in.
"""

from __future__ import annotations

from typing import Any

import msgspec

from services.gateway.pages.visiting import Visitor

FEW = 7


class Way(msgspec.Struct, frozen=True):
    """A page one can go to, the scope it asks for (none: it is public), and what it is for."""

    href: str
    text: str
    scope: str
    about: str = ""


class Group(msgspec.Struct, frozen=True):
    """Ways that belong to one kind of work; the group has a page that lists them."""

    href: str
    text: str
    about: str
    ways: tuple[Way, ...]


MENU: tuple[Way | Group, ...] = (
    Way("/", "Home", "contracts:read"),
    Group("/assess", "Assess", "What children need, and how we know", (
        Way("/assessments", "Assessments", "needs:read",
            "Outcomes and indicators, evidence and signals, the needs that were found"),
        Way("/voices", "Consultations", "needs:read",
            "Who was asked, what they said, and what was done about it"),
    )),
    Group("/plan", "Plan", "What to do about it, in which order, with what", (
        Way("/strategies", "Strategies", "",
            "Priorities, recommendations, resources, the children's plan"),
        Way("/votes", "Votes", "", "Children and young people share out a sum"),
        Way("/framework", "Framework", "needs:read",
            "Vision, values, policies, and at which level each service is commissioned"),
    )),
    Group("/do", "Do", "Choose who delivers, agree it, pay for it", (
        Way("/tenders", "Tenders", "tenders:read",
            "What the law asks, questions, evaluation, letters and award"),
        Way("/bids", "Sealed bids", "tenders:read",
            "Hand a bid in, or open the bids after their time"),
        Way("/awards", "Awards", "tenders:read",
            "Awards without a tender: direct, under a framework, in house, grants"),
        Way("/providers", "Providers", "providers:read",
            "Who may deliver, what was checked, and what runs out"),
        Way("/contracts", "Contracts", "contracts:read",
            "What was agreed, how it is going, what was paid"),
        Way("/funds", "Pooled funds", "funds:read",
            "Position, journal, statements, reconciliation"),
        Way("/oversight", "Oversight", "funds:read",
            "All jointly funded work together, at two levels"),
    )),
    Group("/review", "Review", "How well it works, and what to change", (
        Way("/returns", "Returns", "returns:read", "What providers report, period by period"),
        Way("/scorecard", "Scorecard", "contracts:read", "Every measure of a quarter on one page"),
        Way("/variation", "Variation", "contracts:read",
            "Which measures have changed, and which keep their targets"),
        Way("/flags", "Flags", "flags:read", "Where a service falls short, step by step"),
        Way("/reviews", "Reviews", "flags:read", "Formal reviews, and what was concluded"),
        Way("/incidents", "Incidents", "incidents:read", "Serious incidents until they are closed"),
        Way("/messages", "Messages", "returns:review",
            "What named officers were told of the services they monitor"),
    )),
    Way("/board", "Board", "board:read"),
    Way("/cycle", "Year", "thread:read"),
    Way("/notices", "Notices", ""),
    Way("/operations", "Operations", "operations:read"),
)  # fmt: skip
GROUPS = {one.href: one for one in MENU if isinstance(one, Group)}


def open_ways(visitor: Visitor | None, group: Group) -> list[Way]:
    """The ways of a group that the visitor may go."""
    return [one for one in group.ways if _is_open(visitor, one)]


def navigation(visitor: Visitor | None, path: str) -> list[dict[str, Any]]:
    """The first row: every way where there are few, else the groups; the one taken marked.

    A group of one open way leads to it and bears its name.
    """
    shown: list[dict[str, Any]] = []
    flat: list[Way] = []
    for one in MENU:
        ways = open_ways(visitor, one) if isinstance(one, Group) else [one]
        ways = [way for way in ways if _is_open(visitor, way)]
        flat += ways
        if isinstance(one, Group) and len(ways) > 1:
            shown.append(_item(one, path) | {"active": any(_is_at(path, way) for way in ways)})
        else:
            shown += [_item(way, path) for way in ways]
    return [_item(way, path) for way in flat] if len(flat) <= FEW else shown


def below(visitor: Visitor | None, path: str) -> list[dict[str, Any]]:
    """The second row: the ways of the group that the page is in; none where the first has all."""
    first = {one["href"] for one in navigation(visitor, path)}
    for group in GROUPS.values():
        ways = open_ways(visitor, group)
        if group.href in first and (path == group.href or any(_is_at(path, way) for way in ways)):
            return [_item(way, path) for way in ways]
    return []


def _item(one: Way | Group, path: str) -> dict[str, Any]:
    is_here = path == one.href
    return {"href": one.href, "text": one.text, "current": is_here, "active": _is_below(path, one)}


def _is_open(visitor: Visitor | None, way: Way) -> bool:
    return not way.scope or (visitor is not None and visitor.may(way.scope))


def _is_at(path: str, way: Way) -> bool:
    return path == way.href or _is_below(path, way)


def _is_below(path: str, one: Way | Group) -> bool:
    return one.href != "/" and path.startswith(f"{one.href}/")

"""Minutes as a first draft, made from what was recorded of the meeting. Pure.

Law: they hold nothing exempt, since approved minutes are open to everyone; and they say that they
are no single partner's view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.gateway.pages.wording import day, moment

Naming = Callable[[str], str]


def draft_of(
    row: Mapping[str, Any],
    seats: Sequence[Mapping[str, Any]],
    actions: Sequence[Mapping[str, Any]],
    agencies: Mapping[str, str],
    person: Naming,
) -> str:
    """What the secretary begins from; empty while the board has not sat."""
    if row["status"] == "called" or "present" not in row:
        return ""
    here = set(row["present"])
    lines = [
        f"Meeting of {moment(row['held_at'])}.",
        "These minutes are the board's; they do not express the views of any one partner.",
        f"Presiding: {person(row['presiding'])}.",
        f"Present: {_named(seats, here, agencies, person, there=True)}.",
        f"Apologies: {_named(seats, here, agencies, person, there=False)}.",
    ]
    substitutes: Mapping[str, str] = row.get("substitutes", {})
    lines += [f"{person(who)} sat for {person(member)}." for member, who in substitutes.items()]
    for n, item in enumerate(row["agenda"], 1):
        lines += ["", *_item(n, item, person)]
    if actions:
        lines += ["", "Actions"]
        lines += [
            f"{agencies.get(one['owner'], one['owner'])}, by {day(one['due_on'])}: {one['said']}"
            for one in actions
        ]
    return "\n".join(lines)


def _named(
    seats: Sequence[Mapping[str, Any]],
    here: set[str],
    agencies: Mapping[str, str],
    person: Naming,
    *,
    there: bool,
) -> str:
    """People with their agencies, where what they do does not say it already."""
    found = [
        f"{person(seat['person'])} ({agencies.get(seat['agency'], seat['agency'])})"
        for seat in seats
        if (seat["person"] in here) is there
    ]
    return "; ".join(found) or "none"


def _item(n: int, item: Mapping[str, Any], person: Naming) -> list[str]:
    if item["item"].get("exempt"):
        return [f"{n}. An exempt item. Minuted apart."]
    lines = [f"{n}. {item['item']['title']}"]
    lines += [
        f"{person(who)} declared an interest, left and took no part."
        for who in item.get("interested", ())
    ]
    decided = item.get("decision")
    if decided is None:
        return [*lines, "Discussed; nothing was decided."]
    outcome = "Carried" if decided["carried"] else "Not carried"
    casting = ", by the casting vote" if decided["casting_vote"] else ""
    counts = (
        f"{decided['votes_for']} for, {decided['votes_against']} against, "
        f"{decided['abstained']} abstained"
    )
    return [*lines, f"{outcome}{casting}: {counts}."]

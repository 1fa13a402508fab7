"""Where a strategy or a children's plan stands: what is left to do, and what the board made of it.

Law: a decision counts for what it was taken on; what has changed since goes back to the board.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from services.gateway.pages.board_parts import everything
from services.gateway.pages.visiting import Visitor

Json = Mapping[str, Any]
PLAN = "childrens-plan"
"""What the board's decision on a children's plan is about."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`meetings` have it on their agenda, the latest first; `carried` are the decisions for it."""

    meetings: Sequence[Json] = ()
    carried: Sequence[Json] = ()
    calling: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether a meeting to come has it on its agenda."""
        return any(one["status"] != "closed" for one in self.meetings)


async def standing(
    visitor: Visitor, partnership: str, kind: str, about: str, title: str
) -> Standing:
    """What the board has made of it so far, as this visitor may see it."""
    if not visitor.may("board:read"):
        return Standing()
    at = f"/v1/partnerships/{partnership}"
    held = await everything(visitor.api, f"{at}/meetings")
    decided = await everything(visitor.api, f"{at}/decisions")
    asked = urlencode({"kind": kind, "about": about, "title": title})
    return Standing(
        meetings=sorted(
            (one for one in held if any(_is_about(each, kind, about) for each in one["agenda"])),
            key=lambda one: one["held_at"],
            reverse=True,
        ),
        carried=[
            one
            for one in sorted(decided, key=lambda one: one["position"], reverse=True)
            if one["carried"] and (one["about_kind"], one["about"]) == (kind, about)
        ],
        calling=f"/board/{partnership}/meetings/new?{asked}" if visitor.may("board:write") else "",
    )


def _is_about(agenda: Json, kind: str, about: str) -> bool:
    item = agenda["item"]
    return (item.get("about_kind"), item.get("about")) == (kind, about)


def valid(strategy: Json, found: Standing) -> list[Json]:
    """The decisions that were taken on the strategy as it is now."""
    return [one for one in found.carried if one["position"] > strategy["changed_position"]]


def steps(strategy: Json, departures: Sequence[Json], found: Standing) -> list[Json]:
    """What there is to do until it is published: each with its place on the page and its state."""
    ranked = {one["need"] for one in strategy["priorities"]}
    needs = strategy["needs"]
    left = [one for one in departures if not one["explained"]]
    is_approved = strategy["status"] != "draft"
    asked = "On the agenda" if found.is_asked else ""
    outdated = "Changed since the board decided" if found.carried else ""
    decided = is_approved or bool(valid(strategy, found))
    made = [
        ("ranking", "Rank the needs", len(ranked) == len(needs), f"{len(ranked)} of {len(needs)}"),
        ("recommend", "Recommend what to do", bool(strategy["recommendations"]), ""),
        ("map", "Map services as they are now", bool(strategy["resources"]), "If you like"),
        ("issue", "Raise what is shared with others", bool(strategy["issues"]), "If you like"),
        ("plan", "Explain what departs from the children's plan", not left, f"{len(left)} left"),
        ("summarise", "Write it in easy words", bool(strategy["summary"]), ""),
        ("board", "Have the board decide on it", decided, asked or outdated),
        ("board", "Approve it by the board's decision", is_approved, ""),
        ("board", "Publish it", strategy["status"] == "published", ""),
    ]
    return [
        {"at": at, "text": text, "is_done": is_done, "said": said or "To do"}
        for at, text, is_done, said in made
    ]

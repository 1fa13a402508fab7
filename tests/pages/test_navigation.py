"""Which ways a person is shown: few in one row, many by the step of the cycle. Pure."""

from __future__ import annotations

import pytest

from services.gateway.pages.navigation import GROUPS, MENU, Group, Way, below, navigation
from services.gateway.pages.visiting import Api, Visitor
from shared.http.identity import Actor
from shared.http.permissions import ROLES, SCOPES


def visitor(*roles: str) -> Visitor:
    actor = Actor(
        client="c", agency="alderbrook-council", person="p-1", roles=frozenset(roles),
        scopes=SCOPES,
    )  # fmt: skip
    return Visitor(actor=actor, api=Api.__new__(Api), agency_name="Alderbrook Council")


def shown(of: Visitor | None, path: str = "/") -> list[str]:
    return [one["text"] for one in navigation(of, path)]


def test_a_commissioner_sees_the_steps_of_the_cycle_and_below_them_its_ways() -> None:
    commissioner = visitor("commissioner")
    steps = ["Home", "Assess", "Plan", "Do", "Review", "Board", "Year", "Notices"]
    assert shown(commissioner) == steps
    assert below(commissioner, "/") == []
    assert below(commissioner, "/board/p1") == []
    for path, here in (("/review", ""), ("/flags", "Flags"), ("/flags/c1:m:1", "Flags")):
        ways = below(commissioner, path)
        assert [one["text"] for one in ways] == [
            "Returns", "Scorecard", "Variation", "Flags", "Reviews", "Incidents", "Messages",
        ]  # fmt: skip
        assert [one["text"] for one in ways if one["current"] or one["active"]] == (
            [here] if here else []
        )
        [marked] = [o for o in navigation(commissioner, path) if o["current"] or o["active"]]
        assert marked["text"] == "Review"


def test_whoever_has_few_ways_sees_them_all_in_one_row() -> None:
    assert shown(visitor("operator")) == ["Strategies", "Votes", "Notices", "Operations"]
    assert shown(None) == ["Strategies", "Votes", "Notices"]
    assert below(None, "/strategies/s1") == []
    assert below(visitor("operator"), "/strategies") == []


def test_a_step_with_one_open_way_leads_to_it_and_bears_its_name() -> None:
    secretary = visitor("evaluator", "board-member")
    assert "Do" in shown(secretary)
    finance = visitor("chief-finance-officer", "finance")
    assert {"Home", "Review"} <= set(shown(finance))
    signer = visitor("provider-signatory")
    assert "Contracts" in shown(signer)
    assert "Do" not in shown(signer)
    assert below(signer, "/contracts/c1") == []


@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_shown_a_way_that_is_closed_and_everybody_each_open_one(role: str) -> None:
    someone = visitor(role)
    every = [way for one in MENU for way in (one.ways if isinstance(one, Group) else (one,))]
    found: set[str] = set()
    for group in ("", *GROUPS):
        rows = [*navigation(someone, group), *below(someone, group)]
        found |= {row["href"] for row in rows} - set(GROUPS)
    assert found == {way.href for way in every if is_open(someone, way)}


def is_open(someone: Visitor, way: Way) -> bool:
    return not way.scope or someone.may(way.scope)

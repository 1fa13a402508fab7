"""Contracts held against a partnership's Compact policy: rules, and the doors."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.contracts.compacts.commands import ExplainDifference, SetCompactPolicy
from services.contracts.compacts.decider import (
    COMPACTS,
    NoPolicy,
    NothingToExplain,
    held_against,
    months_of,
)
from services.contracts.compacts.events import CompactPolicySet, DifferenceExplained, Point
from shared.testing.houses import Caller, RunningHouse
from shared.testing.scenarios import Scenario
from tests.contracts.doors import CONTRACT, opened, signature
from tests.contracts.parts import TEXT, terms

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
POLICY = CompactPolicySet(
    partnership="p1", shortest_months=36, review_every_months=12, full_cost=True,
    clause="Compact 4.2", set_by="lea",
)  # fmt: skip
SET = SetCompactPolicy(
    partnership="p1", shortest_months=36, review_every_months=12, full_cost=True,
    clause="Compact 4.2", set_by="lea", now=NOW,
)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 4, 1), date(2029, 3, 31), 36), (date(2026, 4, 1), date(2029, 3, 30), 35),
        (date(2026, 4, 15), date(2026, 5, 14), 1), (date(2026, 4, 15), date(2026, 5, 13), 0),
    ],
)  # fmt: skip
def test_a_contract_runs_for_whole_months(first: date, last: date, months: int) -> None:
    assert months_of(terms(starts_on=first, ends_on=last)) == months


def missed(**changes: object) -> set[Point]:
    return {one.point for one in held_against(POLICY, terms(**changes)) if not one.met}  # pyright: ignore[reportArgumentType]


def test_a_contract_meets_or_misses_each_point() -> None:
    long = {"ends_on": date(2029, 3, 31)}
    assert missed() == {"length", "full-cost"}
    assert missed(**long, full_cost=True) == set()
    assert missed(**long, full_cost=False) == {"full-cost"}
    assert missed(**long, full_cost=True, review_every_months=13) == {"review"}


def test_only_a_difference_from_a_policy_is_explained() -> None:
    explain = ExplainDifference(
        contract="k1", point="length", misses=frozenset({"length"}), reason=TEXT,
        explained_by="lea", now=NOW,
    )  # fmt: skip
    Scenario(COMPACTS).when(explain).then_refused(NoPolicy)
    known = Scenario(COMPACTS).when_done(SET)
    met = ExplainDifference(
        contract="k1", point="review", misses=frozenset({"length"}), reason=TEXT,
        explained_by="lea", now=NOW,
    )  # fmt: skip
    known.when(met).then_refused(NothingToExplain)
    known.when(explain).then(
        DifferenceExplained(contract="k1", point="length", reason=TEXT, explained_by="lea")
    )


async def test_the_partnership_lists_its_contracts_with_the_reasons_given(
    house: RunningHouse, lea: Caller, fin: Caller, acorn: Caller
) -> None:
    at = "/v1/compacts/p1"
    await lea.done(f"{CONTRACT}/signature", signature(await opened(fin, house)))
    await house.settle()
    assert (await lea.get(at)).json() == {"partnership": "p1", "policy": None, "contracts": []}
    iris = house.caller("icb", "iris", "commissioner")
    policy = {
        "shortest_months": 36, "review_every_months": 12, "full_cost": True, "clause": "4.2",
    }  # fmt: skip
    why = {"contract": "k1", "point": "length", "reason": "A pilot."}
    for who, way, body, status in (
        (acorn, "policy", policy, 403), (lea, "policy", policy, 403),
        (house.caller("elsewhere", "eve", "commissioner"), "policy", policy, 404),
        (iris, "reasons", why, 403), (lea, "reasons", why | {"contract": "k9"}, 404),
        (lea, "reasons", why, 409), (iris, "policy", policy | {"shortest_months": 0}, 422),
    ):  # fmt: skip
        assert (await who.post(f"{at}/{way}", body)).status_code == status, (way, status)
    await iris.done(f"{at}/policy", policy)
    await house.settle()
    assert (await lea.post(f"{at}/reasons", why | {"point": "review"})).status_code == 409
    await lea.done(f"{at}/reasons", why)
    await house.settle()
    (one,) = (await fin.get(at)).json()["contracts"]
    assert [(p["point"], p["met"], p["reason"]) for p in one["points"]] == [
        ("length", False, "A pilot."), ("review", True, None), ("full-cost", False, None),
    ]  # fmt: skip
    assert (one["points"][0]["agreed"], one["unexplained"]) == (24, 1)
    assert (await acorn.get(at)).status_code == 404

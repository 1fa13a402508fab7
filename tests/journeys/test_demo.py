"""Two years told through the public API end in the figures that a pencil comes to as well.

The sums below are made here from what the partners agreed and the providers counted; nothing of
them is read from the house they judge.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from goldenthread.demo.cast import (
    COMMISSIONER,
    CONTRACT_MANAGER,
    COUNCIL,
    COUNSELLOR,
    FINANCE,
    HEALTH,
    POLICE,
)
from goldenthread.demo.stage import Json
from goldenthread.house import SERVICES
from tests.journeys.playing import Played, log_of

AGREED = {
    "2025/26": {COUNCIL: 105_000_01, HEALTH: 75_000_00, POLICE: 20_000_03},
    "2026/27": {COUNCIL: 186_000_07, HEALTH: 121_000_00, POLICE: 29_000_01},
}
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
SESSIONS = {"2025/26": (268, 244, 291, 259), "2026/27": (262, 231, 288, 274)}
SAFER = (37, 39, 46, 49)  # the first as restated: 41 were counted at first
COST = {
    "2025/26": {
        "counselling": 96_000_00,
        "youth": 36_000_00,
        "pastoral": sum(SESSIONS["2025/26"]) * 48_50,
    },
    "2026/27": {
        "youth": 36_000_00,
        "pastoral": sum(SESSIONS["2026/27"]) * 48_50,
        "early-help": 200_000_00 + sum(SAFER) * 240_00,
    },
}
MOST_CARRIED_BASIS_POINTS = 200
YEARS = ("2025/26", "2026/27")


def split(pence: int, weights: dict[str, int]) -> dict[str, int]:
    """By largest remainder; of equal remainders the first named has it."""
    whole = sum(weights.values())
    parts = {name: pence * weight // whole for name, weight in weights.items()}
    left = pence - sum(parts.values())
    by_remainder = sorted(weights, key=lambda name: -(pence * weights[name] % whole))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts


def carried(year: str) -> dict[str, int]:
    """What each partner takes into the next year: its share of what is left, up to the limit."""
    surplus = sum(AGREED[year].values()) + brought(year) - sum(COST[year].values())
    return {
        partner: min(share, AGREED[year][partner] * MOST_CARRIED_BASIS_POINTS // 10_000)
        for partner, share in split(surplus, AGREED[year]).items()
    }


def brought(year: str) -> int:
    return 0 if year == YEARS[0] else sum(carried(YEARS[0]).values())


def returned(year: str) -> dict[str, int]:
    surplus = sum(AGREED[year].values()) + brought(year) - sum(COST[year].values())
    kept = carried(year)
    return {p: share - kept[p] for p, share in split(surplus, AGREED[year]).items()}


def position(played: Played, year: str) -> Json:
    return played.read(FINANCE, f"/v1/ledgers/{played.story.fund}?year={year.replace('/', '-')}")


@pytest.mark.parametrize("year", YEARS)
def test_every_identity_of_the_books_is_judged_and_holds(played: Played, year: str) -> None:
    at = f"/v1/ledgers/{played.story.fund}/identities?year={year.replace('/', '-')}"
    found = played.read(FINANCE, at)["identities"]
    assert len(found) == 8
    assert [identity for identity in found if identity["holds"] is not True] == []


@pytest.mark.parametrize("year", YEARS)
def test_the_fund_ends_where_the_sum_of_its_parts_does(played: Played, year: str) -> None:
    at = position(played, year)
    contributions, cost = sum(AGREED[year].values()), sum(COST[year].values())
    assert at["closed"]
    assert at["contributions_agreed_pence"] == contributions
    assert at["contributions_received_pence"] == contributions
    assert at["brought_forward_pence"] == brought(year)
    assert at["budget_pence"] == contributions + brought(year)
    assert at["actual_pence"] == at["forecast_outturn_pence"] == cost
    assert at["variance_pence"] == cost - at["budget_pence"]
    assert at["available_pence"] == -at["variance_pence"]
    assert (at["accrued_pence"], at["committed_pence"]) == (0, 0)


@pytest.mark.parametrize("year", YEARS)
def test_the_bank_holds_what_came_in_less_what_went_out(played: Played, year: str) -> None:
    paid = sum(
        payment["amount_pence"]
        for contract in played.story.contracts.values()
        for payment in played.read(FINANCE, f"/v1/contract-views/{contract}")["payments"]
        if payment["year"] == year
    )
    assert paid == sum(COST[year].values())
    left = sum(AGREED[year].values()) + brought(year) - paid - sum(returned(year).values())
    assert position(played, year)["bank_pence"] == left == sum(carried(year).values())


@pytest.mark.parametrize("year", YEARS)
def test_each_partner_gets_its_share_to_the_penny(played: Played, year: str) -> None:
    found = {one["partner"]: one for one in position(played, year)["partners"]}
    before = carried(YEARS[0]) if year == YEARS[1] else dict.fromkeys(AGREED[year], 0)
    assert found.keys() == AGREED[year].keys()
    assert sum(one["spend_pence"] for one in found.values()) == sum(COST[year].values())
    assert sum(one["pooling_difference_pence"] for one in found.values()) == 0
    for partner, one in found.items():
        agreed, back = AGREED[year][partner], returned(year)[partner]
        assert one["contribution_agreed_pence"] == one["contribution_received_pence"] == agreed
        assert one["brought_forward_pence"] == before[partner]
        assert one["carried_forward_pence"] == carried(year)[partner]
        assert one["returned_pence"] == back
        applied = agreed + before[partner] - carried(year)[partner] - back
        assert one["funding_applied_pence"] == applied
        assert one["pooling_difference_pence"] == one["spend_pence"] - applied
        assert one["own_expenditure_pence"] == agreed - back


@pytest.mark.parametrize("year", YEARS)
def test_each_contract_costs_what_was_agreed_for_what_was_counted(
    played: Played, year: str
) -> None:
    named = {contract: name for name, contract in played.story.contracts.items()}
    found = {named[one["contract"]]: one for one in position(played, year)["contracts"]}
    assert {name: one["actual_pence"] for name, one in found.items()} == COST[year]
    for name, one in found.items():
        assert one["paid_pence"] == COST[year][name]
        assert (one["payable_pence"], one["withheld_pence"], one["committed_pence"]) == (0, 0, 0)


def expected_certificates(name: str) -> Counter[tuple[str, str, int, bool]]:
    """Element, period, pence, and whether it was reversed later."""
    found: Counter[tuple[str, str, int, bool]] = Counter()
    for year in YEARS:
        short = year.replace("/", "-")
        for n, quarter in enumerate(QUARTERS):
            period = f"{short}-{quarter}"
            if name in COST[year] and name == "pastoral":
                found["Activity", period, SESSIONS[year][n] * 48_50, False] += 1
            elif name in COST[year] and name == "early-help":
                found["Fee", period, 50_000_00, False] += 1
                found["Outcome", period, SAFER[n] * 240_00, False] += 1
            elif name in COST[year]:
                found["Block", period, COST[year][name] // 4, False] += 1
    return found


@pytest.mark.parametrize("name", ["counselling", "youth", "pastoral", "early-help"])
def test_what_is_certified_and_stands_is_what_is_due(played: Played, name: str) -> None:
    at = f"/v1/contract-views/{played.story.contracts[name]}"
    view = played.read(FINANCE, at)
    standing = Counter(
        (one["element"], one["period"], one["amount_pence"], False)
        for one in view["certificates"]
        if one["reversed_on"] is None
    )
    assert standing == expected_certificates(name)
    reversed_ = [one for one in view["certificates"] if one["reversed_on"]]
    assert [(one["element"], one["period"], one["amount_pence"]) for one in reversed_] == (
        [("Outcome", "2026-27-Q1", 41 * 240_00)] if name == "early-help" else []
    )
    assert view["money"]["paid_pence"] == sum(COST[year].get(name, 0) for year in YEARS)
    assert view["money"]["certified_pence"] == view["money"]["paid_pence"]


def test_what_was_withheld_for_the_missed_plan_came_back_when_it_worked(played: Played) -> None:
    view = played.read(FINANCE, f"/v1/contract-views/{played.story.contracts['early-help']}")
    [held] = view["withholdings"]
    assert held["amount_pence"] == held["released_pence"] == 50_000_00 * 200 // 10_000
    assert held["forfeited_pence"] == 0


def test_one_flag_was_raised_its_basis_changed_and_it_was_closed(played: Played) -> None:
    [flag] = played.listed(COMMISSIONER, "/v1/flags")
    assert (flag["measure"], flag["status"]) == ("first-contact", "closed")
    assert [miss["period"] for miss in flag["misses"]] == ["2026-27-Q1", "2026-27-Q2"]
    assert [miss["value"] for miss in flag["misses"]] == ["76.2", "72.9"]
    assert [(one["period"], one["still_missed"]) for one in flag["basis_changes"]] == [
        ("2026-27-Q1", True)
    ]
    assert [step["step"] for step in flag["steps"]] == [
        "explanation-requested", "explained", "upheld", "planned", "milestone-met", "closed",
    ]  # fmt: skip


def test_every_return_that_was_due_is_in_and_stands(played: Played) -> None:
    named = {contract: name for name, contract in played.story.contracts.items()}
    found = {
        (named[row["contract"]], row["period"]): row["status"]
        for row in played.listed(CONTRACT_MANAGER, "/v1/returns")
        if row["opens_on"] <= "2027-05-31"
    }
    quarterly = {
        (name, f"{year.replace('/', '-')}-{quarter}"): "accepted"
        for year in YEARS
        for name in COST[year]
        if name != "youth"
        for quarter in QUARTERS
    }
    yearly = {("youth", f"{year.replace('/', '-')}-Y"): "accepted" for year in YEARS}
    assert found == quarterly | yearly | {("early-help", "2026-27-Q1"): "restated"}


def test_publications_of_every_source_are_numbered_without_holes(played: Played) -> None:
    for service in SERVICES[:-1]:
        log = log_of(played.running, service)
        assert [event.position for event in log] == list(range(1, len(log) + 1))
        numbers = [event.publication for event in log if event.publication is not None]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 5
        by_stream: dict[str, list[int]] = {}
        for event in log:
            by_stream.setdefault(event.stream, []).append(event.version)
        assert all(b == a + 1 for found in by_stream.values() for a, b in pairwise([0, *found]))
    assert log_of(played.running, "gateway") == []


def test_nothing_is_parked_nothing_has_stopped_and_nothing_was_refused_in_silence(
    played: Played,
) -> None:
    for service in SERVICES:
        at = played.operated(service, "GET", "progress").json()
        assert (at["parked"], at["due"]) == (0, 0), service
        assert [where for where in at["following"] if where["stopped"]] == []
        assert played.operated(service, "GET", "parked").json() == []
        assert played.operated(service, "GET", "refusals").json() == [], service


def test_what_was_accepted_once_is_answered_alike_for_ever(played: Played) -> None:
    """Two years later, every write sent again with its key has its first answer; no log grows."""
    before = played.positions()
    again = [word for word in played.stage.accepted if "dry_run=true" not in word.path]
    assert len(again) > 250
    for word in again:
        headers = {"Idempotency-Key": word.idempotency_key, "Accept": "application/json"}
        answer = played.asked(word.who, word.method, word.path, json=word.body, headers=headers)
        assert (answer.status_code, answer.text) == (
            word.answer.status_code,
            word.answer.text,
        ), f"{word.method} {word.path}"
    assert played.positions() == before


def test_a_provider_sees_its_own_part_of_the_same_figures(played: Played) -> None:
    contract = played.story.contracts["early-help"]
    ours = played.read(FINANCE, f"/v1/contract-views/{contract}")["money"]
    theirs = played.read(COUNSELLOR, f"/v1/contract-views/{contract}")["money"]
    assert theirs == ours

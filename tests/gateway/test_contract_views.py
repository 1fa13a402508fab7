"""A contract as the gateway shows it: to whom, to which day, and as known at which time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from services.gateway.contract_views.series import disclosed, figures, judged, series
from services.gateway.contract_views.views import CONTRACT_FACTS, VIEWS
from shared.eventsourcing.rebuild import rebuild
from shared.published.terms import DisclosurePolicy, MeasureTerms, Reading
from shared.testing.houses import RunningHouse
from tests.gateway import story

AT = "/v1/contract-views/c1"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


def measure(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return next(one["points"] for one in content["measures"] if one["terms"]["measure"] == name)


# -- rules


def test_the_version_that_stands_is_the_last_accepted_or_restated() -> None:
    first, second = story.reading("m-seen", 10), story.reading("m-seen", 11)
    said = figures([story.submitted(1, first), story.accepted(1, first)])
    assert (said["2026-27-Q1"].version, said["2026-27-Q1"].standing) == (1, "accepted")

    said = figures(
        [story.submitted(1, first), story.accepted(1, first), story.submitted(2, second)]
    )
    assert said["2026-27-Q1"].version == 1

    said = figures([story.accepted(1, first), story.restated(2, second)])
    assert said["2026-27-Q1"].readings == (second,)


def test_a_rejected_return_says_nothing() -> None:
    sent = story.submitted(1, story.reading("m-seen", 10))
    rejected = story.monitoring.ReturnRejected(
        contract="c1", period="2026-27-Q1", version=1, reason=story.TEXT, rejected_by="p-2"
    )
    assert figures([sent, rejected]) == {}


@pytest.mark.parametrize(
    ("direction", "value", "status"),
    [
        ("higher", 80, "met"),
        ("higher", 78, "met"),
        ("higher", 77, "missed"),
        ("lower", 82, "met"),
        ("lower", 83, "missed"),
        ("neutral", 0, "no-target"),
    ],
)
def test_a_target_is_met_within_its_tolerance(direction: Any, value: int, status: str) -> None:
    terms = MeasureTerms(
        measure="m", title="M", outcome="o1", quadrant="how-well", unit="percent",
        direction=direction, target=Decimal(80), tolerance=Decimal(2),
    )  # fmt: skip
    assert judged(terms, Reading(measure="m", period="p", value=Decimal(value))) == status


def test_a_value_not_given_is_neither_met_nor_missed() -> None:
    for status in ("missing", "not-applicable", "suppressed", "nil"):
        assert judged(story.SEEN, Reading(measure="m", period="p", status=status)) == status
    few = replace(story.HELPED, minimum_volume=40)
    assert judged(few, story.reading("m-helped", 10, 3, 30)) == "too-few"


def test_one_small_count_hides_the_measure_of_that_return() -> None:
    months = [
        Reading(measure="m-seen", period=f"2026-27-M0{n}", value=Decimal(value))
        for n, value in ((1, 20), (2, 7), (3, 20))
    ]
    quarter = story.reading("m-seen", 47)
    events = [story.submitted(1, *months, quarter)]
    said = figures(events)

    hidden = series((story.SEEN,), said, disclosed((story.SEEN,), events))[0].points
    assert {(point.status, point.symbol) for point in hidden} == {("suppressed", "c")}
    assert {point.value for point in hidden} == {None}
    shown = series((story.SEEN,), said, None)[0].points
    assert [point.value for point in shown] == [20, 7, 20, 47]


def test_a_value_is_held_against_its_target_as_it_is_and_shown_as_it_leaves() -> None:
    seen = replace(story.SEEN, disclosure=DisclosurePolicy(suppress_up_to=4), target=Decimal(21))
    events = [story.submitted(1, story.reading("m-seen", 22))]
    (point,) = series((seen,), figures(events), disclosed((seen,), events))[0].points
    assert (point.value, point.status) == (20, "met")


# -- through the door


async def test_a_contract_is_shown_with_all_that_hangs_on_it(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    content = (await house.caller("council", "p-2", "contract-manager").get(AT)).json()

    assert content["provider_name"] == "Acorn Counselling"
    assert content["specification"]["title"] == "Counselling in schools"
    assert content["outcomes"] == [{"outcome": "o1", "title": "Children are safe"}]
    point = measure(content, "m-helped")[0]
    assert (point["value"], point["version"], point["status"]) == ("70", 1, "missed")
    assert measure(content, "m-seen")[0]["status"] == "met"
    assert content["money"] == {
        "agreed_pence": 90_000_00, "certified_pence": 22_500_00, "accrued_pence": 0,
        "paid_pence": 22_000_00, "withheld_pence": 500_00, "owed_pence": 0,
    }  # fmt: skip
    assert content["certificates"][0]["payment"] == "pay-1"
    assert content["flags"][0]["standing"]["status"] == "explanation-asked"
    assert content["notices"][0]["answered_on"] is None
    assert [one["standing"]["status"] for one in content["returns"]] == ["accepted", "scheduled"]


async def test_small_counts_and_stories_are_for_provider_and_contract_manager_alone(
    house: RunningHouse,
) -> None:
    small = (story.reading("m-helped", 70, 7, 10), story.reading("m-seen", 30))
    await house.hear("monitoring", "return/q1", story.Q1, story.submitted(1, *small))
    entitled = [("council", "contract-manager"), ("council", "commissioner"), ("acorn", "provider")]
    others = [("icb", "contract-manager"), ("council", "auditor"), ("council", "finance")]

    for agency, role in entitled:
        content = (await house.caller(agency, "p-1", role).get(AT)).json()
        assert measure(content, "m-helped")[0]["numerator"] == "7", role
        assert content["returns"][0]["breakdowns"][0]["count"] == 14
        assert content["returns"][0]["story"]["text"] == str(story.TEXT.text)
        assert content["returns"][0]["complaints"] == 1
    for agency, role in others:
        content = (await house.caller(agency, "p-1", role).get(AT)).json()
        point = measure(content, "m-helped")[0]
        assert point["status"] == "suppressed", role
        assert (point["value"], point["numerator"], point["denominator"]) == (None, None, None)
        assert measure(content, "m-seen")[0]["value"] == "30"
        shown = content["returns"][0]
        assert (shown["breakdowns"], shown["story"], shown["complaints"]) == (None, None, None)
        assert (shown["compliments"], shown["status"]) == (12, "suppressed")


async def test_a_flag_gives_no_suppressed_value_away(house: RunningHouse) -> None:
    small = (story.reading("m-helped", 70, 7, 10),)
    await house.hear("monitoring", "return/q1", story.Q1, story.submitted(1, *small))
    await house.hear("monitoring", "flag/fl1", story.FLAGGED)

    shown = (await house.caller("icb", "p-1", "board-member").get(AT)).json()["flags"][0]
    assert (shown["misses"][0]["value"], shown["misses"][0]["status"]) == (None, "suppressed")
    mine = (await house.caller("acorn", "p-1", "provider").get(AT)).json()["flags"][0]
    assert mine["misses"][0]["value"] == "70"


async def test_as_of_selects_facts_by_their_date(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.hear("contracts", "contract/c1", story.VARIED)
    pat = house.caller("council", "p-2", "contract-manager")

    then = (await pat.get(f"{AT}?as_of=2026-06-30")).json()
    assert then["money"]["agreed_pence"] == 90_000_00
    assert (then["certificates"], then["payments"]) == ([], [])
    now = (await pat.get(AT)).json()
    assert now["money"]["agreed_pence"] == 96_000_00
    assert [one["by"] for one in now["history"]] == ["signed", "varied"]
    assert (await pat.get(f"{AT}?as_of=2026-03-31")).status_code == 404


async def test_known_at_selects_facts_by_when_they_were_recorded(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    first = house.house.clock() + timedelta(seconds=1)
    await house.set_clock(datetime(2026, 8, 15, 9, tzinfo=UTC))
    better = (story.reading("m-helped", 85, 34, 40), story.reading("m-seen", 40))
    await house.hear("monitoring", "return/c1:2026-27-Q1", story.restated(2, *better))
    pat = house.caller("council", "p-2", "contract-manager")

    known = (await pat.get(f"{AT}?known_at={first:%Y-%m-%dT%H:%M:%SZ}")).json()
    assert measure(known, "m-helped")[0]["value"] == "70"
    now = measure((await pat.get(AT)).json(), "m-helped")[0]
    assert (now["value"], now["version"], now["standing"]) == ("85", 2, "restated")
    naive = await pat.get(f"{AT}?known_at=2026-08-01T00:00:00")
    assert naive.status_code == 422


async def test_a_reversed_certificate_stays_in_sight_and_counts_for_nothing(
    house: RunningHouse,
) -> None:
    with_vat = replace(story.CERTIFIED, vat_pence=4_500_00)
    await house.hear("contracts", "contract/c1", with_vat)
    pat = house.caller("council", "p-2", "finance")
    owed = (await pat.get(AT)).json()["money"]
    assert (owed["certified_pence"], owed["owed_pence"]) == (22_500_00, 27_000_00)

    reversed = story.contracts.CertificationReversed(
        contract="c1", fund="f1", year="2026/27", certificate="cert-1", amount_pence=22_500_00,
        effective_on=story.date(2026, 8, 20),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", reversed)
    content = (await pat.get(AT)).json()
    assert content["certificates"][0]["reversed_on"] == "2026-08-20"
    assert (content["money"]["certified_pence"], content["money"]["owed_pence"]) == (0, 0)


async def test_a_return_of_which_some_measures_stand_is_partly_accepted(
    house: RunningHouse,
) -> None:
    await story.told(house)
    pat = house.caller("council", "p-2", "contract-manager")

    async def standing(*events: Any) -> tuple[str, list[str]]:
        await house.hear("monitoring", "return/c1:2026-27-Q1", *events)
        found = (await pat.get(AT)).json()["returns"][0]["standing"]
        return found["status"], found["accepted_measures"]

    whole = story.accepted(1, *story.READINGS)
    partly = replace(whole, measures=("m-seen",), readings=story.READINGS[1:])
    of: dict[str, Any] = {"contract": "c1", "period": "2026-27-Q1", "query": "q1"}
    asked = story.monitoring.QueryRaised(**of, text=story.TEXT, raised_by="p-2")
    answered = story.monitoring.QueryAnswered(**of, text=story.TEXT, answered_by="p-9")
    assert await standing(story.Q1, story.submitted(1, *story.READINGS)) == ("submitted", [])
    assert await standing(partly) == ("partly-accepted", ["m-seen"])
    assert await standing(asked) == ("queried", ["m-seen"])
    assert await standing(answered) == ("partly-accepted", ["m-seen"])
    assert await standing(whole) == ("accepted", [])


async def test_a_restatement_takes_the_place_of_what_was_said(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    again = replace(story.restated(2, story.reading("m-seen", 40)), complaints=9, receipt="r2")
    await house.hear("monitoring", "return/c1:2026-27-Q1", again)
    shown = (await house.caller("acorn", "p-9", "provider").get(AT)).json()["returns"][0]
    assert (shown["complaints"], shown["receipt"]) == (9, "r2")
    assert shown["story"]["text"] == str(story.TEXT.text)


async def test_the_list_holds_ones_partnerships_and_ones_own(house: RunningHouse) -> None:
    async def listed(agency: str, role: str) -> list[str]:
        content = (await house.caller(agency, "p-1", role).get("/v1/contract-views")).json()
        return [item["contract"] for item in content["items"]]

    assert await listed("icb", "board-member") == ["c1", "c2"]
    assert await listed("acorn", "provider") == ["c1"]
    assert await listed("elsewhere", "commissioner") == []
    pat = house.caller("council", "p-1", "finance")
    first = (await pat.get("/v1/contract-views?limit=1")).json()
    assert ([item["contract"] for item in first["items"]], first["next"]) == (["c1"], "c1")
    second = (await pat.get("/v1/contract-views?limit=1&after=c1")).json()
    assert ([item["contract"] for item in second["items"]], second["next"]) == (["c2"], None)


async def test_another_agency_is_told_nothing(house: RunningHouse) -> None:
    assert (await house.caller("elsewhere", "p-1", "commissioner").get(AT)).status_code == 404
    assert (await house.caller("beech", "p-1", "provider").get(AT)).status_code == 404
    assert (await house.caller("council", "p-1", "evaluator").get(AT)).status_code == 403
    assert (await house.nobody().get(AT)).status_code == 401
    assert (await house.caller("icb", "p-1", "auditor").get(AT)).status_code == 200
    council = house.caller("council", "p-1", "commissioner")
    assert (await council.get("/v1/contract-views/c9")).status_code == 404


async def test_incidents_show_to_whom_they_may(house: RunningHouse) -> None:
    await house.hear("monitoring", "incident/i1", story.INCIDENT)
    told = (await house.caller("council", "p-1", "commissioner").get(AT)).json()
    assert told["incidents"][0]["reference"] == "REF-1"
    untold = (await house.caller("council", "p-1", "finance").get(AT)).json()
    assert untold["incidents"] is None


async def test_every_view_is_the_same_when_made_again(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.hear("contracts", "contract/c1", story.VARIED)
    for view in VIEWS:
        store = house.house.stores[view.name]
        before = await store.contents()
        assert before["rows"], view.name
        await rebuild(store, house.house.pool, house.house.sources[view.source])
        assert await store.contents() == before, view.name
    assert len(await house.house.stores[CONTRACT_FACTS.name].lines("c1")) == 6

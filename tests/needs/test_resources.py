"""Resources by year, the map, the shift and the margin; and the market: rules and doors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.needs.markets.commands import (
    CompleteMarketAction,
    RemoveMarketEntry,
    WriteMarketEntry,
)
from services.needs.markets.decider import MARKET
from services.needs.resources.analysis import cover, margins, shift
from services.needs.resources.commands import (
    AgreeResource,
    AssumeEffect,
    OfferResource,
    WithdrawResource,
)
from services.needs.resources.decider import RESOURCES
from services.needs.resources.events import EffectAssumed, ResourceOffered
from services.needs.resources.refusals import (
    AlreadyAgreed,
    EffectUnclear,
    MoneyInKind,
    NotTheirs,
    ResourceUnknown,
    ServiceWithoutMoney,
)
from shared.entries.refusals import (
    ActionUnclear,
    AlreadyDone,
    DoneLater,
    EntryUnknown,
    NotAnAction,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
TODAY = NOW.date()
TEXT = TextRef(text=UUID(int=1), digest="d")


def offering(**changes: Any) -> OfferResource:
    fields: dict[str, Any] = {
        "resource": "r1", "partnership": "p1", "year": "2026/27", "service": "Counselling",
        "provider": "Acorn", "partner": "icb", "outcome": "safe", "need": "Help", "tier": 3,
        "kind": "money", "sharing": "pooled", "what": "Budget", "annual_pence": 50_000_00,
        "agency": "icb", "offered_by": "ian", "now": NOW,
    }  # fmt: skip
    return OfferResource(**fields | changes)


def offered(**changes: Any) -> ResourceOffered:
    [event, *_] = Scenario(RESOURCES).when(offering(**changes)).events()
    assert isinstance(event, ResourceOffered)
    return event


def assuming(**changes: Any) -> AssumeEffect:
    fields: dict[str, Any] = {
        "partnership": "p1", "year": "2026/27", "service": "Counselling",
        "result": "young people helped", "achieved": 200, "least": Decimal("0.5"),
        "most": Decimal("1.5"), "because": TEXT, "assumed_by": "com", "now": NOW,
    }  # fmt: skip
    return AssumeEffect(**fields | changes)


def agreeing(agency: str = "icb") -> AgreeResource:
    return AgreeResource(resource="r1", agency=agency, agreed_by="ian", now=NOW)


def test_a_partner_stands_by_its_own_resources_and_no_one_elses() -> None:
    fresh = Scenario(RESOURCES)
    assert len(fresh.when(offering()).events()) == 2
    fresh.when_done(offering()).when(agreeing()).then_refused(AlreadyAgreed)
    by_another = fresh.when_done(offering(agency="council"))
    by_another.when(agreeing("council")).then_refused(NotTheirs)
    by_another.when_done(agreeing())
    fresh.when(agreeing()).then_refused(ResourceUnknown)


def test_staff_and_buildings_may_be_given_in_kind_and_money_not() -> None:
    fresh = Scenario(RESOURCES)
    fresh.when(offering(sharing="in-kind")).then_refused(MoneyInKind)
    assert fresh.when(offering(sharing="in-kind", kind="staff", what="2 workers")).events()


def test_nothing_is_assumed_of_a_service_that_has_nothing() -> None:
    had = Scenario(RESOURCES).when_done(offering())
    had.when(assuming(service="Another")).then_refused(ServiceWithoutMoney)
    had.when(assuming(year="2027/28")).then_refused(ServiceWithoutMoney)
    had.when(assuming(least=Decimal(2))).then_refused(EffectUnclear)
    gone = WithdrawResource(resource="r1", withdrawn_by="x", now=NOW)
    had.when_done(gone).when(assuming()).then_refused(ServiceWithoutMoney)
    had.when_done(gone).when(gone).then_refused(ResourceUnknown)


def test_the_shift_is_the_early_share_of_each_year() -> None:
    years = shift([
        offered(year="2027/28", tier=2, annual_pence=40_00),
        offered(year="2026/27", tier=1, annual_pence=25_00),
        offered(year="2026/27", tier=4, annual_pence=75_00),
        offered(year="2027/28", tier=4, annual_pence=60_00),
        offered(year="2028/29", tier=4, annual_pence=0),
    ])  # fmt: skip
    told = [(one.year, one.early_basis_points, one.moved_basis_points) for one in years]
    assert told == [
        ("2026/27", 2_500, None), ("2027/28", 4_000, 1_500), ("2028/29", None, None),
    ]  # fmt: skip


def test_gaps_overlaps_and_services_for_no_need_are_seen() -> None:
    lines = cover(["Help", "Sleep"], [
        offered(), offered(provider="Birch", service="Line"), offered(need="", service="Old"),
    ])  # fmt: skip
    told = {one.need: (one.services, one.overlapping) for one in lines}
    assert told == {
        "Help": (("Counselling", "Line"), (3,)), "Sleep": ((), ()), "": (("Old",), ()),
    }  # fmt: skip


def test_one_percent_changes_what_was_assumed_and_costs_what_it_costs() -> None:
    [effect] = Scenario(RESOURCES).when_done(offering()).when(assuming()).events()
    assert isinstance(effect, EffectAssumed)
    [line] = margins([offered()], [effect])
    assert (line.percent_pence, line.average_pence) == (500_00, 250_00)
    assert (line.least_change, line.most_change) == (Decimal("1.0"), Decimal("3.0"))
    assert line.per_result_pence == (500_00, 166_67)
    [bare] = margins([offered()], [])
    assert (bare.assumed, bare.least_change, bare.per_result_pence) == (None, None, (None, None))


LINES = some.lists(
    some.tuples(
        some.sampled_from(["2026/27", "2027/28"]),
        some.integers(1, 4),
        some.integers(0, 10**11),
        some.sampled_from(["", "Help", "Sleep"]),
    ),
    max_size=12,
)


@given(lines=LINES)
def test_the_map_adds_up_to_what_was_recorded(lines: list[tuple[str, int, int, str]]) -> None:
    every = [
        offered(year=year, tier=tier, annual_pence=pence, need=need, service=f"s{tier}")
        for year, tier, pence, need in lines
    ]
    whole = sum(one.annual_pence for one in every)
    assert sum(one.total_pence for one in shift(every)) == whole
    assert sum(sum(one.by_tier_pence.values()) for one in shift(every)) == whole
    assert sum(one.annual_pence for one in cover(["Help", "Food"], every)) == whole
    assert sum(one.annual_pence for one in margins(every, [])) == whole


def writing(section: Any, **more: Any) -> WriteMarketEntry:
    return WriteMarketEntry(
        partnership="p1", entry=more.pop("entry", "e"), section=section, service="Counselling",
        text=TEXT, owner=more.get("owner", ""), due_on=more.get("due_on"), agency="council",
        written_by="com", now=NOW,
    )  # fmt: skip


def test_a_market_action_has_an_owner_and_a_day_and_is_done_once() -> None:
    fresh = Scenario(MARKET)
    fresh.when(writing("action")).then_refused(ActionUnclear)
    fresh.when(writing("skills", owner="icb")).then_refused(ActionUnclear)
    told = fresh.when_done(
        writing("skills"), writing("action", entry="a", owner="icb", due_on=date(2027, 1, 1))
    )

    def done(entry: str, on: date = TODAY) -> CompleteMarketAction:
        return CompleteMarketAction(entry=entry, done_on=on, marked_by="x", now=NOW)

    told.when(done("e")).then_refused(NotAnAction)
    told.when(done("z")).then_refused(EntryUnknown)
    told.when(done("a", date(2026, 5, 7))).then_refused(DoneLater)
    told.when_done(done("a")).when(done("a")).then_refused(AlreadyDone)
    gone = RemoveMarketEntry(entry="e", removed_by="x", now=NOW)
    told.when_done(gone).when(gone).then_refused(EntryUnknown)


def offer(**changes: Any) -> dict[str, Any]:
    return {
        "year": "2026/27", "service": "Counselling", "provider": "Acorn", "partner": "icb",
        "outcome": "safe", "need": "Help against bullying", "tier": 3, "sharing": "pooled",
        "what": "Budget", "annual_pence": 50_000_00,
    } | changes  # fmt: skip


async def test_partners_map_what_they_have_and_what_it_would_change(story: Story) -> None:
    await story.assess()
    at = f"/v1/resources/{story.partnership}"
    made = await story.done(story.commissioner, at, offer())
    not_theirs = await story.commissioner.post(f"{at}/{made['part']}/agreement")
    assert (not_theirs.status_code, not_theirs.json()["code"]) == (409, "resource-not-theirs")
    effect = {"year": "2026/27", "service": "Counselling", "result": "helped", "achieved": 200,
              "least": "0.5", "most": "1.5", "because": "Two trials in like towns."}  # fmt: skip
    await story.done(story.commissioner, f"{at}/effects", effect)
    shown = (await story.approver.get(at)).json()
    assert shown["resources"][0]["agreed"] is False
    assert shown["margins"][0]["assumed"]["because"] == "Two trials in like towns."
    assert shown["margins"][0]["percent_pence"] == 500_00
    assert [one["need"] for one in shown["needs"]] == ["Help against bullying"]
    await story.done(story.approver, f"{at}/{made['part']}/agreement")
    assert (await story.approver.get(at)).json()["resources"][0]["agreed"] is True
    await story.done(story.approver, f"{at}/{made['part']}/withdrawal")
    empty = (await story.approver.get(f"{at}?year=2026/27")).json()
    assert (empty["resources"], empty["needs"][0]["services"]) == ([], [])
    assert (await story.stranger.get(at)).status_code == 404
    assert (await story.stranger.post(at, offer())).status_code == 404


async def test_partners_write_what_they_know_of_the_market(story: Story) -> None:
    at = f"/v1/markets/{story.partnership}"
    said = {"section": "skills", "service": "Counselling", "text": "Too few therapists."}
    await story.done(story.commissioner, at, said)
    action = {"section": "action", "service": "Counselling", "text": "Train ten.",
              "owner": "icb", "due_on": "2027-01-01"}  # fmt: skip
    made = await story.done(story.commissioner, at, action)
    done = {"done_on": story.house.house.clock().date().isoformat()}
    await story.done(story.approver, f"{at}/entries/{made['part']}/completion", done)
    skills, trained = (await story.approver.get(at)).json()["entries"]
    assert (skills["text"], skills["section"]) == ("Too few therapists.", "skills")
    assert trained["done_on"] == done["done_on"]
    await story.done(story.approver, f"{at}/entries/{made['part']}/removal")
    assert len((await story.approver.get(at)).json()["entries"]) == 1
    assert (await story.stranger.get(at)).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/resources/{p}", offer(partner="nobody"), 422),
        ("/v1/resources/{p}", offer(sharing="in-kind"), 409),
        ("/v1/resources/{p}", offer(tier=5), 422),
        ("/v1/resources/{p}", offer(annual_pence=-1), 422),
        ("/v1/resources/{p}", offer(year="soon"), 422),
        ("/v1/resources/{p}/effects", {"year": "2026/27"}, 422),
        ("/v1/markets/{p}", {"section": "weather", "service": "S", "text": "Rain."}, 422),
        ("/v1/markets/{p}", {"section": "action", "service": "S", "text": "Go."}, 409),
    ],
)
async def test_bad_input_writes_nothing(
    story: Story, path: str, body: dict[str, Any], status: int
) -> None:
    before = await story.house.house.log.head()
    answer = await story.commissioner.post(path.format(p=story.partnership), body)
    assert answer.status_code == status, answer.text
    assert await story.house.house.log.head() == before

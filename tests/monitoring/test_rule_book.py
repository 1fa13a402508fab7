"""Rules are data: published, of a year, and what was explained is carried to the next return."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from msgspec.structs import replace

from services.monitoring.returns import hard_rules
from services.monitoring.returns.looks import Look, Past
from services.monitoring.returns.offers import Offer
from services.monitoring.returns.rules import RULES, Holds, Rule, problems
from shared.published.terms import BrokenDown, ContractTerms, Reading
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import OFFER, Q1, SEEN, TERMS, body, offer
from tests.monitoring.door import AFTER_Q1, AFTER_Q2, AT, People, signed_house
from tests.monitoring.test_return_files import send, table

STEADY = tuple(Decimal(n) for n in (30, 31, 30, 31, 30))


def soft(given: Offer, terms: ContractTerms = TERMS, past: Past | None = None) -> list[str]:
    return [one.code for one in problems(Look(given, terms, Q1, past or Past()))]


def of_seen(**terms: object) -> ContractTerms:
    """The contract with other terms for the children seen."""
    return replace(TERMS, measures=(replace(SEEN, **terms), TERMS.measures[1]))


def test_every_rule_says_its_test_in_words_and_in_parts() -> None:
    for rule in RULES:
        assert rule.says.endswith(".")
        assert rule.test.each
        assert rule.test.must
        assert rule.fields


def test_a_rule_holds_from_its_first_year_to_its_last() -> None:
    rule = Rule("x", "hard", "No.", (), "No.", Holds("", "", ""), hard_rules.missing,
                from_year="2026/27", until_year="2027/28")  # fmt: skip
    years = ("2025/26", "2026/27", "2027/28", "2028/29")
    assert [rule.holds_in(year) for year in years] == [False, True, True, False]
    empty = replace(OFFER, readings=())
    assert {p.code for p in problems(Look(empty, TERMS, Q1, Past()), (rule,))} == {"x"}
    assert problems(Look(empty, TERMS, "2028-29-Q1", Past()), (rule,)) == ()


def test_the_contracts_range_is_asked_about_before_the_derived_one() -> None:
    past = Past(values={"seen": STEADY})
    assert soft(offer(seen=36), past=past) == ["outside-expected-range"]
    assert soft(offer(seen=36), of_seen(expected_to=Decimal(36))) == []
    assert soft(offer(seen=36), of_seen(expected_to=Decimal(35))) == ["outside-expected-range"]
    assert soft(offer(seen=36), of_seen(expected_from=Decimal(37))) == ["outside-expected-range"]


def test_a_move_within_the_contracts_range_is_still_asked_about_once() -> None:
    past = Past(values={"seen": STEADY})
    wide = of_seen(expected_from=Decimal(0), expected_to=Decimal(100))
    assert soft(offer(seen=36), wide, past) == ["moving-range-large"]
    assert soft(offer(seen=33), wide, past) == []


@pytest.mark.parametrize(("whole", "asked"), [(12, False), (33, False), (34, True), (11, True)])
def test_a_quarter_lies_between_its_largest_month_and_all_of_them(whole: int, asked: bool) -> None:
    listed = list(OFFER.readings)
    listed[3] = replace(listed[3], value=Decimal(whole))
    parts = (BrokenDown(measure="seen", breakdown="sex", group="female", count=whole),)
    given = replace(OFFER, readings=tuple(listed), breakdowns=parts)
    assert soft(given) == (["months-do-not-add-up"] if asked else [])
    assert soft(given, of_seen(stock=True)) == []


def test_nothing_is_said_of_months_that_are_not_all_there() -> None:
    listed = list(OFFER.readings)
    listed[0] = Reading(measure="seen", period="2026-27-M01", status="not-applicable")
    assert soft(replace(OFFER, readings=tuple(listed))) == []


def test_the_contract_says_how_much_may_be_unknown() -> None:
    parts = (
        BrokenDown(measure="seen", breakdown="sex", group="female", count=30),
        BrokenDown(measure="seen", breakdown="sex", group="Unknown", count=3),
    )
    given = replace(OFFER, breakdowns=parts)
    assert soft(given) == []
    assert soft(given, replace(TERMS, most_unknown_basis_points=900)) == ["mostly-unknown"]


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        await running.set_clock(AFTER_Q1)
        yield running


async def test_the_rules_are_published_by_year_and_as_a_table(house: RunningHouse) -> None:
    people = People(house)
    told = (await people.mo.get("/v1/returns/rules?year=2027/28")).json()
    assert told["year"] == "2027/28"
    assert [one["code"] for one in told["rules"]] == [rule.code for rule in RULES]
    assert told["rules"][9]["test"]["must"] == "numerator <= denominator"
    assert (await people.mo.get("/v1/returns/rules?year=2019/20")).json()["rules"] == []
    table = await people.mo.get("/v1/returns/rules", accept="text/csv")
    read = list(csv.DictReader(io.StringIO(table.text)))
    assert [one["code"] for one in read] == [rule.code for rule in RULES]
    wrong = await people.mo.get("/v1/returns/rules?year=2027/29")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "year-unreadable")


async def test_an_explanation_carries_to_the_next_quarter_and_is_shown_as_such(
    house: RunningHouse,
) -> None:
    people = People(house)
    gap = body()
    gap["readings"][0] = {"measure": "seen", "period": "2026-27-M01", "status": "missing"}
    gap["explanations"] = [{"rule": "missing-without-reason", "measure": "seen", "text": "Moved."}]
    assert (await people.ann.put(AT, gap)).status_code == 200
    await house.set_clock(AFTER_Q2)
    later = body("2026-27-Q2", seen=40, better=21)
    later["readings"][0] = {"measure": "seen", "period": "2026-27-M04", "status": "missing"}
    at = "/v1/returns/c1/2026-27-Q2?dry_run=true"
    tried = (await people.ann.put(at, later)).json()
    assert tried["problems"] == []
    assert [(one["code"], one["previously_explained"]) for one in tried["notes"]] == [
        ("missing-without-reason", True)
    ]
    listed = await people.ann.put(at, later, accept="text/csv")
    (row,) = csv.DictReader(io.StringIO(listed.text))
    assert (row["code"], row["previously_explained"]) == ("missing-without-reason", "yes")


async def test_problems_come_as_a_table_too_and_nothing_is_written(house: RunningHouse) -> None:
    people = People(house)
    before = await house.house.log.head()
    wrong = body()
    wrong["readings"][4]["numerator"] = "33"
    answer = await people.ann.put(f"{AT}?dry_run=true", wrong, accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (rows[0]["row"], rows[0]["column"], rows[0]["code"]) == (
        "5", "numerator", "numerator-above-denominator",
    )  # fmt: skip
    typed = table(body(), **{"seen,2026-27-M02,11": "seen,2026-27-M02,many"})
    refused = await send(people.ann, f"{AT}/file?dry_run=true", "q1.csv", typed)
    assert refused.json()["errors"][0]["code"] == "decimal-parsing"
    assert await house.house.log.head() == before

"""Formal reviews from December to their conclusion, and incidents with their named officer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.monitoring.schedules.decider import seasons
from shared.eventsourcing.codec import Codec
from shared.published.contracts import ContractSigned, ContractTerminated, ContractVaried
from shared.published.monitoring import OfficerSilent, OfficerTold, ReviewConcluded
from shared.published.needs import ServiceChangeDecided
from shared.testing.houses import RunningHouse
from tests.monitoring.agreed import Q1, TERMS, TEXT, body
from tests.monitoring.door import AFTER_Q1, People, published, signed_house

DECEMBER = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
REVIEW = "c1:2026-27"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


async def reviews(who: Any) -> list[tuple[str, str]]:
    listed = (await who.get("/v1/reviews")).json()["items"]
    return [(one["review"], one["status"]) for one in listed]


async def heard(house: RunningHouse, kind: type) -> list[Any]:
    codec = Codec({kind})
    events = await house.house.log.read_published(0, 1000)
    return [codec.decode(one.type, one.body) for one in events if codec.knows(one.type)]


# -- December


def test_a_contract_has_a_season_in_each_december_it_is_live_in() -> None:
    assert seasons(date(2026, 12, 15), date(2028, 11, 30)) == {
        "2026/27": date(2026, 12, 15),
        "2027/28": date(2027, 12, 1),
    }
    assert seasons(date(2027, 1, 1), date(2027, 11, 30)) == {}
    assert seasons(date(2026, 12, 31), date(2026, 12, 31)) == {"2026/27": date(2026, 12, 31)}


async def test_december_proposes_the_review_of_a_live_contract_once(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(datetime(2026, 11, 30, 23, 58, tzinfo=UTC))
    assert await reviews(people.mo) == []
    await house.set_clock(DECEMBER)
    assert await reviews(people.mo) == [(REVIEW, "due")]
    varied = ContractVaried(
        contract="c1", terms=replace(TERMS, title="Counselling for all"), commitment_changes={},
        reason=TEXT, varied_by="chris", effective_on=date(2026, 12, 2),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", varied)
    await house.set_clock(datetime(2026, 12, 31, 12, 0, tzinfo=UTC))
    assert (await published(house)).count("review-due") == 1
    await house.set_clock(datetime(2027, 12, 1, 0, 0, tzinfo=UTC))
    assert await reviews(people.mo) == [(REVIEW, "due"), ("c1:2027-28", "due")]


async def test_nothing_is_proposed_where_somebody_began_before_december(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    await people.mo.done("/v1/reviews", {"contract": "c1"})
    await house.set_clock(DECEMBER)
    assert await reviews(people.mo) == [(REVIEW, "running")]
    assert "review-due" not in await published(house)


async def test_nothing_is_proposed_for_a_contract_that_ended(
    house: RunningHouse, people: People
) -> None:
    ended = ContractTerminated(
        contract="c1", fund="f1", clause="20.1", impact_assessment="i1", terminated_by="chris",
        effective_on=date(2026, 11, 30),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", ended)
    runs_out = ContractSigned(
        contract="c2", terms=TERMS, signed_by="chris", effective_on=date(2026, 3, 2)
    )
    await house.hear("contracts", "contract/c2", runs_out)
    given_notice = replace(ended, contract="c2", effective_on=date(2027, 1, 31))
    await house.hear("contracts", "contract/c2", given_notice)
    await house.set_clock(DECEMBER)
    assert await reviews(people.mo) == [("c2:2026-27", "due")]


async def test_a_contract_heard_of_years_later_is_not_asked_for_reviews_of_years_gone(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(datetime(2028, 1, 10, 9, tzinfo=UTC))
    signed = ContractSigned(
        contract="c9", terms=TERMS, signed_by="chris", effective_on=date(2026, 3, 2)
    )
    await house.hear("contracts", "contract/c9", signed)
    await house.settle()
    assert [one for one, _ in await reviews(people.mo)] == [REVIEW, "c1:2027-28"]


# -- what it gathers, finds and concludes


async def test_a_review_gathers_its_year_and_says_where_each_finding_came_from(
    house: RunningHouse, people: People
) -> None:
    await house.set_clock(AFTER_Q1)
    taken = await people.ann.put(f"/v1/returns/c1/{Q1}", body(Q1, 25, complaints=9))
    assert taken.is_success, taken.text
    await people.mo.done(f"/v1/returns/c1/{Q1}/acceptance", {"version": 1})
    await house.set_clock(DECEMBER)
    await people.mo.done("/v1/reviews", {"contract": "c1"})
    at = f"/v1/reviews/{REVIEW}"
    for kind, said in (("children", "We wait."), ("inspection", "Requires improvement.")):
        await people.mo.done(f"{at}/findings", {"kind": kind, "finding": said})
    strange = await people.mo.post(f"{at}/findings", {"kind": "gossip", "finding": "Who knows."})
    assert strange.status_code == 422
    await people.chris.done(f"{at}/conclusion", {"conclusion": "redesign"})
    await house.settle()

    shown = (await people.ann.get(at)).json()
    seen = next(one for one in shown["card"] if one["measure"] == "seen")
    (figure,) = seen["figures"]
    assert (figure["period"], figure["value"], figure["target"]) == (Q1, "25", "30")
    assert figure["judgement"] == "missed"
    assert shown["money"]["agreed_pence"] == 100_00
    assert shown["money"]["budget"][0]["spent_pence"] == 25_00
    assert (shown["complaints"], shown["compliments"]) == (9, 2)
    assert shown["kinds"] == ["children", "inspection"]
    assert (shown["due_on"], shown["status"]) == ("2026-12-01", "concluded")

    decided = ServiceChangeDecided(
        review=REVIEW, contract="c1", partnership="p1", change="redesign", decision="d1",
        effective_on=date(2026, 12, 1),
    )  # fmt: skip
    await house.hear("needs", f"change/{REVIEW}", decided)
    for who, change, decision, status in (
        (people.ian, "redesign", "d1", "decided"), (people.mo, "redesign", "d1", "decided"),
        (people.ann, "", "", "concluded"),
    ):  # fmt: skip
        seen = (await who.get(at)).json()
        assert (seen["change"], seen["decision"], seen["status"]) == (change, decision, status)
    assert (await people.ann.get(at)).json()["decided_on"] is None
    hidden = (await people.ian.get(at)).json()
    assert {"card", "money", "complaints", "finding_texts"}.isdisjoint(hidden)
    (told,) = await heard(house, ReviewConcluded)
    assert (told.kinds, len(told.findings)) == (("children", "inspection"), 2)


# -- serious incidents


def incident(**changes: Any) -> dict[str, Any]:
    return {
        "contract": "c1",
        "reference": "REF-2026/17",
        "referred_to": "safeguarding",
        "referral_confirmed": True,
        "happened_on": "2026-03-01",
    } | changes


async def reported(house: RunningHouse, people: People) -> str:
    made = (await people.ann.done("/v1/incidents", incident()))["id"]
    await house.settle()
    return made


async def test_the_named_officer_is_told_with_the_report_and_answers_the_same_day(
    house: RunningHouse, people: People
) -> None:
    made = await reported(house, people)
    (told,) = await heard(house, OfficerTold)
    assert (told.officer, told.incident) == ("mo", made)
    assert told.acknowledge_by == datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
    at = f"/v1/incidents/{made}"
    other = await people.chris.post(f"{at}/acknowledgement")
    assert (other.status_code, other.json()["code"]) == (403, "not-named-officer")
    assert (await people.ann.post(f"{at}/acknowledgement")).status_code == 403
    assert (await people.stranger.post(f"{at}/acknowledgement")).status_code == 404
    await people.mo.done(f"{at}/acknowledgement")
    again = await people.mo.post(f"{at}/acknowledgement")
    assert again.json()["code"] == "incident-already-acknowledged"
    await house.set_clock(datetime(2026, 3, 5, 9, tzinfo=UTC))
    assert (await people.ann.get(at)).json()["officer_late"] is False
    assert await heard(house, OfficerSilent) == []


async def test_an_officer_who_says_nothing_by_the_end_of_the_day_is_late_to_both_sides(
    house: RunningHouse, people: People
) -> None:
    made = await reported(house, people)
    at = f"/v1/incidents/{made}"
    await house.set_clock(datetime(2026, 3, 2, 23, 58, tzinfo=UTC))
    assert (await people.ann.get(at)).json()["officer_late"] is False
    await house.set_clock(datetime(2026, 3, 3, 0, 0, 1, tzinfo=UTC))
    for who in (people.ann, people.chris):
        (listed,) = (await who.get("/v1/incidents")).json()["items"]
        assert listed["officer_late"] is True
    (silent,) = await heard(house, OfficerSilent)
    assert (silent.officer, silent.incident) == ("mo", made)
    await people.mo.done(f"{at}/acknowledgement")
    await house.set_clock(datetime(2026, 3, 4, 9, tzinfo=UTC))
    assert (await people.ann.get(at)).json()["officer_late"] is True
    assert len(await heard(house, OfficerSilent)) == 1


async def test_whoever_the_contract_names_now_may_answer_too(
    house: RunningHouse, people: People
) -> None:
    made = await reported(house, people)
    varied = ContractVaried(
        contract="c1", terms=replace(TERMS, monitoring_officer="chris"), commitment_changes={},
        reason=TEXT, varied_by="mo", effective_on=date(2026, 3, 2),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", varied)
    await people.chris.done(f"/v1/incidents/{made}/acknowledgement")
    await house.settle()
    assert (await people.chris.get(f"/v1/incidents/{made}")).json()["acknowledged_at"] is not None


async def test_an_incident_is_closed_with_its_outcome_and_never_with_words(
    house: RunningHouse, people: People
) -> None:
    made = await reported(house, people)
    at = f"/v1/incidents/{made}"
    words = await people.mo.post(f"{at}/closure", {"outcome": "The boy is well."})
    assert words.status_code == 422
    await people.mo.done(f"{at}/closure", {"outcome": "learning-shared"})
    await house.settle()
    assert (await people.ann.get(at)).json()["outcome"] == "learning-shared"
    after = await people.mo.post(f"{at}/acknowledgement")
    assert after.json()["code"] == "incident-closed"
    description = (await people.mo.get("/v1/openapi.json")).json()
    said = description["paths"]["/v1/incidents"]["post"]["description"]
    assert said.startswith("Never the referral")


async def test_the_outstanding_ones_are_found_before_they_are_paged(
    house: RunningHouse, people: People
) -> None:
    made = [
        (await people.ann.done("/v1/incidents", incident(reference=f"REF-{n}")))["id"]
        for n in range(3)
    ]
    await house.settle()
    first, second, last = sorted(made)
    for one in (first, second):
        await people.mo.done(f"/v1/incidents/{one}/closure", {"outcome": "learning-shared"})
    await house.settle()
    page = (await people.mo.get("/v1/incidents?outstanding=true&limit=1")).json()
    assert ([one["incident"] for one in page["items"]], page["next"]) == ([last], None)
    assert len((await people.mo.get("/v1/incidents")).json()["items"]) == 3

"""Frameworks, grounds, shared lists and notices of awards, through their doors on one house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest_asyncio

from services.procurement.main import PLAN
from shared.published.contracts import EndProposed
from shared.published.needs import (
    DecisionTaken,
    HomeAuthorityGiven,
    PartnershipFormed,
    SpecificationPublished,
)
from shared.published.terms import Member, Outcome
from shared.testing.houses import Caller, RunningHouse, open_house

ROWS = ("acorn", "beech", "cedar")
WORDS = {"reason": "Agreed with the schools."}


@pytest_asyncio.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    """Two partnerships that are neighbours, a published specification, three providers."""
    async with open_house(PLAN, service_database) as running:
        for name, agencies in (("p1", ("council", "icb")), ("p2", ("elm",)), ("p3", ("fir",))):
            formed = PartnershipFormed(
                partnership=name, name=f"Partners of {name}", lead=agencies[0],
                members=tuple(Member(agency=a, kind="council", name=a) for a in agencies),
                effective_on=date(2026, 4, 1),
            )  # fmt: skip
            await running.hear("needs", f"partnership/{name}", formed)
        published = SpecificationPublished(
            specification="s1", partnership="p1", strategy="st1", recommendation="r1", need="n1",
            title="Therapies", outcomes=(Outcome(outcome="o1", title="Children are safe"),),
            measures=(), tier=2, annual_value_pence=300_000_00, starts_on=date(2026, 9, 1),
            ends_on=date(2029, 8, 31),
        )  # fmt: skip
        await running.hear("needs", "specification/s1", published)
        pat = running.caller("council", "pat", "procurement-officer")
        for name in ROWS:
            entry = {"provider": name, "name": name.title(), "form": "private", "small": True}
            await pat.done("/v1/providers", entry | {"identifiers": {}})
        await running.settle()
        yield running


def officer(house: RunningHouse, agency: str) -> Caller:
    return house.caller(agency, f"of-{agency}", "procurement-officer")


def provider(house: RunningHouse, agency: str) -> Caller:
    return house.caller(agency, f"of-{agency}", "provider")


def award(way: str, **more: Any) -> dict[str, Any]:
    same = {"specification": "s1", "provider": "acorn", "annual_price_pence": 300_000_00}
    return {"way": way, "delegated_limit_pence": 300_000_00} | same | WORDS | more


async def refused(caller: Caller, at: str, *bodies: tuple[dict[str, Any], str]) -> None:
    for body, code in bodies:
        answer = await caller.post(at, body)
        assert answer.json()["code"] == code, answer.text


async def test_a_call_off_from_the_register_of_frameworks(house: RunningHouse) -> None:
    pat, icb, elm = (officer(house, one) for one in ("council", "icb", "elm"))
    at = "/v1/framework-agreements"
    entry: dict[str, Any] = {
        "title": "Therapies for children", "reference": "RM-1101", "partnerships": ["p1"],
        "lots": [{"lot": 1, "title": "Speech", "providers": ["acorn", "beech"]}],
        "valid_until": "2027-03-31",
    }  # fmt: skip
    before = await house.house.log.head()
    lot = entry["lots"][0]
    await refused(
        pat, at,
        (entry | {"partnerships": ["p9"]}, "not-found"),
        (entry | {"valid_until": "2026-03-31"}, "until-past"),
        (entry | {"lots": [lot, lot]}, "lots-numbered-twice"),
        (entry | {"lots": [lot | {"providers": ["oak"]}]}, "provider-not-registered"),
    )  # fmt: skip
    assert await house.house.log.head() == before
    framework = (await pat.done(at, entry))["id"]
    await house.settle()
    one = f"{at}/{framework}"
    assert (await icb.get(one)).json()["registered"]["reference"] == "RM-1101"
    assert (await elm.get(one)).status_code == 404
    assert (await elm.get(at)).json()["items"] == []
    assert len((await icb.get(at)).json()["items"]) == 1
    assert (await icb.post(f"{one}/ending", WORDS)).status_code == 403

    off = award("framework-call-off", framework=framework)
    await refused(
        pat, "/v1/awards",
        (award("framework-call-off"), "framework-missing"),
        (award("framework-call-off", framework="none"), "framework-missing"),
        (off | {"lot": 2}, "unknown-lot"),
        (off, "competition-needed"),
        (off | {"provider": "cedar"}, "provider-not-on-framework"),
    )  # fmt: skip
    made = (await pat.done("/v1/awards", off | {"competition": "mini-competition"}))["id"]
    await pat.done(f"{one}/lots", {"lot": 1, "providers": ["beech"]} | WORDS)
    await house.settle()
    its = f"/v1/awards/{made}"
    course = (await pat.get(f"{its}/course")).json()
    assert course["owed"] == ["UK6"]
    assert [one["title"] for one in (await pat.get("/v1/awards")).json()["items"]] == ["Therapies"]
    await pat.done(f"{its}/interests", {"interested": False})
    await refused(pat, f"{its}/making", ({}, "provider-not-on-framework"))
    await pat.done(f"{one}/lots", {"lot": 1, "providers": ["beech", "acorn"]} | WORDS)
    await refused(pat, f"{its}/making", ({}, "notice-missing"))
    await pat.done(f"{its}/notices", {"notice": "UK6"})
    await pat.done(f"{its}/making", {})
    await house.settle()
    row = (await pat.get(its)).json()
    assert (row["status"], row["framework"]) == ("made", "Therapies for children (RM-1101)")
    assert (row["regime"], row["whole_term_pence"]) == ("light-touch", 900_000_00)
    await pat.done(f"{one}/ending", WORDS)
    await refused(pat, "/v1/awards", (off, "framework-over"))


async def test_a_direct_award_on_a_ground_with_its_notices(house: RunningHouse) -> None:
    pat, acorn = officer(house, "council"), house.caller("acorn", "ann", "provider")
    direct = award("direct-award", kind_of_service="other", ground="single-supplier-technical")
    table = (await pat.get("/v1/regimes/table")).json()
    assert "user-choice" in {one["ground"] for one in table["direct_award_grounds"]}
    assert "terrorism" in {one["ground"] for one in table["exclusion_grounds"]}
    await refused(
        pat, "/v1/awards",
        (direct | {"ground": "process-a"}, "award-ground-unknown"),
        (direct | {"ground": "whatever"}, "award-ground-unknown"),
        (award("direct-award"), "section-missing"),
        (award("grant"), "grant-conditions-missing"),
        (direct | {"conditions": ["insurance"]}, "conditions-unmet"),
    )  # fmt: skip
    made = (await pat.done("/v1/awards", direct))["id"]
    await house.settle()
    at = f"/v1/awards/{made}"
    duties = {one["duty"]: one for one in (await pat.get(f"{at}/duties")).json()["duties"]}
    assert duties["UK5"]["standing"] == duties["standstill"]["standing"] == "statutory"
    await pat.done(f"{at}/interests", {"interested": False})
    await refused(pat, f"{at}/notices", ({"notice": "psr-intention"}, "notice-not-owed"))
    await pat.done(f"{at}/notices", {"notice": "UK5"})
    await pat.done(f"{at}/notices", {"notice": "UK6"})
    await refused(pat, f"{at}/making", ({}, "standstill-running"))
    assert (await officer(house, "icb").post(f"{at}/notices", {"notice": "UK5"})).status_code == 403
    challenge = {"by": "beech", "grounds": "We could do it too."}
    stranger = officer(house, "elm")
    assert (await stranger.post(f"{at}/representations", challenge)).status_code == 404
    await pat.done(f"{at}/representations", challenge)
    await house.settle()
    (told,) = (await pat.get(f"{at}/representations")).json()
    representation = told.pop("representation")
    assert told == challenge | {"standing": "standing", "reason": None}
    assert (await acorn.get(f"{at}/representations")).status_code == 404
    await refused(pat, f"{at}/making", ({}, "representation-stands"))
    dismissed = {"upheld": False, "reason": "Nobody else has the therapists."}
    await pat.done(f"{at}/representations/{representation}/resolution", dismissed)
    await refused(
        pat, f"{at}/representations/none/resolution", (dismissed, "unknown-representation")
    )
    await refused(pat, f"{at}/making", ({}, "standstill-running"))
    assert (await acorn.get(f"{at}/course")).status_code == 404
    await house.set_clock(datetime(2026, 4, 15, 9, tzinfo=UTC))
    await pat.done(f"{at}/making", {})
    await house.settle()
    shown = (await acorn.get(at)).json()
    assert (shown["status"], shown["interests"]) == ("made", {})
    assert shown["representations"] == {}
    assert shown["section"] == "Procurement Act 2023 s.41, Sch. 5 para. 6"
    assert (await pat.get(at)).json()["interests"] == {"of-council": False}
    published = [event.type for event in await house.house.log.read_published(0, 100)]
    assert published[-3:] == [
        "procurement.award-announced.v1", "procurement.award-announced.v1",
        "procurement.direct-award-made.v1",
    ]  # fmt: skip

    grant = award(
        "grant", grant_conditions="For outings alone.", considered="They have improved.",
        delegated_limit_pence=600_000_00,
    )  # fmt: skip
    given = (await pat.done("/v1/awards", grant))["id"]
    await house.settle()
    await pat.done(f"/v1/awards/{given}/interests", {"interested": True})
    await refused(pat, f"/v1/awards/{given}/making", ({}, "awarder-interested"))
    await house.settle()
    reasons = (await pat.get(f"/v1/awards/{given}/reason")).json()
    assert reasons["grant_conditions"] == "For outings alone."
    assert reasons["considered"] == "They have improved."


async def test_awards_that_together_exceed_the_officers_limit_need_the_board(
    house: RunningHouse,
) -> None:
    pat = officer(house, "council")
    half = award("grant", grant_conditions="For outings.", annual_price_pence=150_000_01)
    made = [(await pat.done("/v1/awards", half))["id"] for _ in range(2)]
    await house.settle()
    first, second = (f"/v1/awards/{one}" for one in made)
    for at in (first, second):
        await pat.done(f"{at}/interests", {"interested": False})
        assert (await pat.get(f"{at}/course")).json()["needs_decision"] is False
    await pat.done(f"{first}/making", {})
    await refused(pat, f"{second}/making", ({}, "authority-missing"))
    await house.settle()
    assert (await pat.get(f"{second}/course")).json()["needs_decision"] is True
    for board, carried in (("p2", False), ("p1", True)):
        await decides(house, board, f"d-{board}", made[1])
        await refused(pat, f"{second}/making", ({"decision": f"d-{board}"}, "authority-missing"))
        given = HomeAuthorityGiven(
            partnership=board, decision=f"d-{board}", agency="council", authority="cabinet",
            given_by="cab", effective_on=date(2026, 4, 1),
        )  # fmt: skip
        await house.hear("needs", f"meeting/m-{board}", given)
        answer = await pat.post(f"{second}/making", {"decision": f"d-{board}"})
        assert (answer.status_code == 201) is carried, "another partnership's board decides nothing"


async def decides(house: RunningHouse, partnership: str, decision: str, about: str) -> None:
    taken = DecisionTaken(
        partnership=partnership, meeting=f"m-{partnership}", decision=decision,
        about_kind="award", about=about, carried=True, votes_for=3, votes_against=0, abstained=0,
        took_no_part=0, decided_on=date(2026, 4, 1),
    )  # fmt: skip
    await house.hear("needs", f"meeting/m-{partnership}", taken)


async def test_a_partner_that_provides_does_not_write_in_its_own_entry(
    house: RunningHouse,
) -> None:
    pat, own, ann = officer(house, "council"), officer(house, "acorn"), provider(house, "acorn")
    joined = PartnershipFormed(
        partnership="p9", name="North", lead="acorn", effective_on=date(2026, 4, 1),
        members=(Member(agency="acorn", kind="other", name="Acorn"),),
    )  # fmt: skip
    await house.hear("needs", "partnership/p9", joined)
    at, fraud = (
        "/v1/providers/acorn",
        {"ground": "theft-fraud-bribery", "happened_on": "2026-01-05"},
    )
    await pat.done(f"{at}/grounds", fraud | WORDS)
    await pat.done(f"{at}/suspension", WORDS)
    held = {"standard": "insurance", "reference": "R-1", "valid_until": "2027-03-31"}
    for way, body in (
        ("grounds/theft-fraud-bribery/ending", WORDS), ("reinstatement", WORDS),
        ("standards", held),
    ):  # fmt: skip
        assert (await own.post(f"{at}/{way}", body)).status_code == 403, way
    await own.done("/v1/providers/beech/suspension", WORDS)
    await house.settle()
    assert (await ann.get(f"{at}/reason")).json()["reason"] == WORDS["reason"]


async def test_what_was_given_up_begins_nothing(house: RunningHouse) -> None:
    pat = officer(house, "council")
    redesign = EndProposed(
        contract="k1", partnership="p1", commissioner="council", specification="s1",
        title="Therapies", review="r1", decision="d1", change="redesign", clause="20",
        notice_working_days=20, earliest_on=date(2026, 5, 20), ends_on=date(2027, 3, 31),
        effective_on=date(2026, 4, 1),
    )  # fmt: skip
    await house.hear("contracts", "contract/k1", redesign)
    grant = award("grant", grant_conditions="For outings.")
    gone, kept = [(await pat.done("/v1/awards", grant))["id"] for _ in range(2)]
    await house.settle()
    await pat.done(f"/v1/awards/{gone}/withdrawal", WORDS)
    await house.settle()
    at = "/v1/planned-procurements/k1/beginning"
    await refused(pat, at, ({"by_kind": "award", "by": gone}, "unknown-tender-or-award"))
    await pat.done(at, {"by_kind": "award", "by": kept})


async def test_no_day_lies_beyond_the_calendar(house: RunningHouse) -> None:
    """A last day after which no instant comes left the provider's other standards without theirs,
    and a tender that closes beyond all time was never seen.
    """
    pat = officer(house, "council")
    held = {"standard": "insurance", "reference": "R-1", "valid_until": "9999-12-31"}
    assert (await pat.post("/v1/providers/acorn/standards", held)).status_code == 422
    price = {"criterion": "p", "title": "Price", "kind": "price", "weight_basis_points": 10_000}
    tender = {"specification": "s1", "title": "Therapies", "regime": "light-touch"}
    never = tender | {"criteria": [price], "bids_close_at": "9999-12-31T23:59:59-14:00"}
    assert (await pat.post("/v1/tenders", never)).status_code == 422
    opened = await pat.done("/v1/tenders", never | {"bids_close_at": "2026-06-01T12:00:00Z"})
    await house.settle()
    later = {"bids_close_at": never["bids_close_at"]} | WORDS
    at = f"/v1/tenders/{opened['id']}/amendments"
    assert (await pat.post(at, later)).status_code == 422


async def test_grounds_and_what_soon_expires(house: RunningHouse) -> None:
    pat, elm = officer(house, "council"), officer(house, "elm")
    acorn, beech = (house.caller(a, "ann", "provider") for a in ("acorn", "beech"))
    at = "/v1/providers/acorn"
    for standard, until in (("insurance", "2026-06-30"), ("registration", "2027-06-30")):
        held = {"standard": standard, "reference": "R-1", "valid_until": until}
        await pat.done(f"{at}/standards", held)
    await house.settle()

    async def expiring(days: int) -> list[str]:
        found = (await pat.get(f"/v1/providers?expiring_within_days={days}")).json()["items"]
        return [row["provider"] for row in found]

    assert (await expiring(89), await expiring(90)) == ([], ["acorn"])
    ground = {"ground": "terrorism", "happened_on": "2026-01-05"} | WORDS
    await refused(
        pat, f"{at}/grounds",
        (ground | {"ground": "rudeness"}, "unknown-ground"),
        (ground | {"happened_on": "2021-03-31"}, "ground-too-old"),
    )  # fmt: skip
    assert (await pat.post("/v1/providers/oak/grounds", ground)).status_code == 404
    assert (await acorn.post(f"{at}/grounds", ground)).status_code == 403
    await elm.done(f"{at}/grounds", ground)
    await refused(pat, f"{at}/grounds", (ground, "ground-stands"))
    direct = award("direct-award", section="s.41")
    answer = await pat.post("/v1/awards", direct)
    assert answer.json()["code"] == "provider-excluded"
    assert "Terrorism" in answer.json()["detail"]
    await house.settle()
    (line,) = (await pat.get(at)).json()["grounds"]
    assert (line["mandatory"], line["until"]) == (True, "2031-01-05")
    why = f"{at}/grounds/terrorism/reason"
    assert (await acorn.get(why)).json() == WORDS
    assert (await beech.get(why)).status_code == 403
    await pat.done(f"{at}/grounds/terrorism/ending", WORDS)
    await refused(pat, f"{at}/grounds/terrorism/ending", (WORDS, "ground-not-standing"))
    await house.set_clock(datetime(2026, 6, 30, 23, 0, 1, tzinfo=UTC))
    late = await pat.post("/v1/awards", direct)
    assert (late.json()["code"], "insurance" in late.json()["detail"]) == ("standards-lapsed", True)


async def test_a_list_of_preferred_providers_that_neighbours_share(house: RunningHouse) -> None:
    pat, elm, fir = (officer(house, one) for one in ("council", "elm", "fir"))
    at = "/v1/preferred-lists"
    names = (await pat.get(f"{at}/neighbours/names")).json()
    assert [(one["partnership"], one["own"]) for one in names] == [
        ("p1", True), ("p2", False), ("p3", False),
    ]  # fmt: skip
    body: dict[str, Any] = {
        "partnership": "p1", "partnerships": ["p2"], "title": "Homes in the east",
        "need": "Residential therapy for 8 to 12", "valid_until": "2027-03-31",
    }  # fmt: skip
    await refused(
        pat, at,
        (body | {"partnerships": ["p9"]}, "not-found"),
        (body | {"partnership": "p2"}, "not-found"),
        (body | {"partnerships": ["p1"]}, "neighbour-missing"),
        (body | {"valid_until": "2026-03-31"}, "until-past"),
    )  # fmt: skip
    one = f"{at}/{(await pat.done(at, body))['id']}"
    await house.settle()
    await refused(pat, f"{one}/agreements", ({"partnership": "p1"}, "nobody-listed"))
    assert (await elm.post(f"{one}/providers", {"provider": "acorn"} | WORDS)).status_code == 403
    await refused(pat, f"{one}/providers", ({"provider": "oak"} | WORDS, "provider-not-registered"))
    await pat.done(f"{one}/providers", {"provider": "acorn"} | WORDS)
    await pat.done(f"{one}/providers", {"provider": "beech"} | WORDS)
    await pat.done(f"{one}/providers/beech/removal", WORDS)
    await refused(elm, f"{one}/agreements", ({"partnership": "p1"}, "not-found"))
    await pat.done(f"{one}/agreements", {"partnership": "p1"})
    await house.settle()
    assert (await elm.get(one)).json()["holds"] is False
    await elm.done(f"{one}/agreements", {"partnership": "p2"})
    await house.settle()
    shown = (await elm.get(one)).json()
    assert (shown["holds"], [line["provider"] for line in shown["providers"]]) == (True, ["acorn"])
    assert [line["agreed_by"] for line in shown["agreements"]] == ["of-council", "of-elm"]
    assert (await elm.get(f"{one}/providers/acorn/reason")).json() == WORDS
    assert (await elm.get(f"{one}/providers/beech/reason")).status_code == 404
    assert (await fir.get(one)).status_code == 404
    assert (await fir.get(at)).json()["items"] == []
    assert len((await elm.get(at)).json()["items"]) == 1
    stranger = officer(house, "elsewhere")
    assert (await stranger.get(f"{at}/neighbours/names")).json() == []
    await house.set_clock(datetime(2027, 4, 1, 9, tzinfo=UTC))
    assert (await elm.get(one)).json()["holds"] is False
    await refused(pat, f"{one}/ending", (WORDS, "list-over"))

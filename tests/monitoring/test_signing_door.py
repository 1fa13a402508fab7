"""Signatures, evidence, receipts, reminders and parts of a return, through the door."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from msgspec.structs import replace

from shared.proofs.notes import Signer, opened, parse_verifier
from shared.published.contracts import ContractSigned, ContractVaried
from shared.testing.houses import Caller, RunningHouse
from tests.monitoring.agreed import BETTER, DECLARED, Q1, TERMS, TEXT, body
from tests.monitoring.door import AFTER_Q1, AT, People, published, signed_house
from tests.monitoring.test_evidence import PDF, PNG, archive

STRICT = replace(TERMS, maker_may_sign=False)
HOUSE_KEY = Signer("receipts.test", bytes(range(32)))


@pytest.fixture
async def house(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningHouse]:
    monkeypatch.setenv("RECEIPT_SIGNING_KEY", HOUSE_KEY.secret())
    async with signed_house(service_database, STRICT) as running:
        yield running


@pytest.fixture
def people(house: RunningHouse) -> People:
    return People(house)


@pytest.fixture
def tom(house: RunningHouse) -> Caller:
    """He signs for the provider."""
    return house.caller("acorn", "tom", "provider-signatory")


def unsigned(**changes: Any) -> dict[str, Any]:
    return {name: one for name, one in body(**changes).items() if name != "declaration"}


async def prepared(people: People, **changes: Any) -> dict[str, Any]:
    answer = await people.ann.put(AT, unsigned(**changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def upload(caller: Caller, name: str, content: bytes, at: str = AT) -> httpx.Response:
    request = httpx.Request("POST", "http://test", files={"file": (name, content)})
    return await caller.post_raw(f"{at}/evidence", request.read(), request.headers["content-type"])


async def files_of(caller: Caller) -> list[str]:
    return [one["file"]["text"] for one in (await caller.get(AT)).json()["evidence"]]


# -- making and signing


async def test_one_person_makes_a_return_and_another_signs_it(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    made = await prepared(people)
    assert (made["signed"], made["return_version"], made["created"]) == (False, 1, 11)
    await house.settle()
    seen = (await people.mo.get(AT)).json()
    assert (seen["status"], seen["prepared"], seen["versions"]) == ("draft", True, [])
    assert "to_sign" not in seen
    read = (await tom.get(AT)).json()["to_sign"]
    assert (read["receipt"], read["prepared_by"], len(read["readings"])) == (
        made["receipt"], "ann", 8,
    )  # fmt: skip
    story = read["story"]["text"]
    assert (await tom.get(f"{AT}/texts/{story}")).text == "It went well."
    assert (await people.mo.get(f"{AT}/texts/{story}")).status_code == 404
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await house.settle()
    shown = (await people.mo.get(AT)).json()
    version = shown["versions"][0]
    assert (shown["status"], version["signed_by"], version["prepared_by"]) == (
        "submitted", "tom", "ann",
    )  # fmt: skip
    assert (await people.mo.get(f"{AT}/texts/{story}")).text == "It went well."


async def test_who_may_not_sign_is_refused_and_nothing_is_written(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    made = await prepared(people)
    both = house.caller("acorn", "ann", "provider", "provider-signatory")
    others = house.caller("beech", "sig", "provider-signatory")
    theirs = house.caller("council", "sid", "provider-signatory")
    before = await house.house.log.head()
    texts = await house.house.pool.fetchval("select count(*) from kept.texts")
    signature = {"receipt": made["receipt"], "declaration": DECLARED}
    refusals = {
        people.ann: (403, "not-permitted"),  # has no right to sign
        both: (403, "maker-may-not-sign"),  # made the figures
        others: (404, "not-found"),  # another provider's
        theirs: (403, "not-permitted"),  # the commissioner does not sign for the provider
        people.stranger: (403, "not-permitted"),
    }
    for caller, told in refusals.items():
        refused = await caller.post(f"{AT}/signature", signature)
        assert (refused.status_code, refused.json()["code"]) == told
    declared = await people.ann.put(AT, body())
    assert (declared.status_code, declared.json()["code"]) == (403, "maker-may-not-sign")
    wrong = await tom.post(f"{AT}/signature", {"receipt": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not-the-latest-version")
    misshapen = await tom.post(f"{AT}/signature", {"receipt": "x"})
    assert misshapen.json()["errors"][0]["pointer"] == "/body/receipt"
    assert (await tom.put(AT, unsigned())).status_code == 403
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == texts


async def test_nothing_is_signed_before_its_time_after_its_window_or_twice(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    early = await people.ann.put(AT, unsigned())
    assert early.json()["code"] == "period-not-over"
    nothing = await tom.post(f"{AT}/signature", {"receipt": "0" * 64})
    assert nothing.json()["code"] == "nothing-to-sign"
    await house.set_clock(AFTER_Q1)
    first = await prepared(people)
    key = str(uuid4())
    signature = {"receipt": first["receipt"]}
    signed = await tom.post(f"{AT}/signature", signature, idempotency_key=key)
    again = await tom.post(f"{AT}/signature", signature, idempotency_key=key)
    assert signed.json() == again.json()
    assert (await tom.post(f"{AT}/signature", signature)).json()["code"] == "nothing-to-sign"
    second = await prepared(people, seen=40)
    assert (second["return_version"], second["updated"]) == (2, 3)
    await house.set_clock(datetime(2026, 7, 22, 9, tzinfo=UTC))
    late = await tom.post(f"{AT}/signature", {"receipt": second["receipt"]})
    assert (late.status_code, late.json()["code"]) == (409, "window-closed")
    assert (await people.ann.put(AT, unsigned())).json()["code"] == "window-closed"
    assert (await published(house)).count("return-submitted") == 1


async def test_preparing_again_under_the_same_key_gives_the_same_answer(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    key = str(uuid4())
    first = await people.ann.put(AT, unsigned(), idempotency_key=key)
    await tom.done(f"{AT}/signature", {"receipt": first.json()["receipt"]})
    again = await people.ann.put(AT, unsigned(), idempotency_key=key)
    assert again.json() == first.json()
    stale = await people.ann.put(AT, unsigned(seen=40), if_match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "version-outdated")


async def test_risks_and_incidents_come_with_a_return(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    risk = {"text": "Two of five posts are empty.", "rating": "high", "owner": "ann"}
    unknown = await people.ann.put(AT, unsigned(incidents=["nobody"]))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown-incident")
    assert unknown.json()["errors"][0]["pointer"] == "/body/incidents/0"
    reported = {
        "contract": "c1", "reference": "LADO-1", "referred_to": "lado",
        "referral_confirmed": True, "happened_on": "2026-06-10",
    }  # fmt: skip
    incident = (await people.ann.done("/v1/incidents", reported))["id"]
    await house.settle()
    made = await prepared(people, risks=[risk], incidents=[incident])
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await house.settle()
    version = (await people.mo.get(AT)).json()["versions"][0]
    assert version["incidents"] == [incident]
    [told] = version["risks"]
    assert (told["rating"], told["owner"]) == ("high", "ann")
    assert (await people.mo.get(f"{AT}/texts/{told['text']['text']}")).text == risk["text"]
    part = (await people.ian.get(AT)).json()["versions"][0]
    assert (part.get("risks", []), part.get("incidents", []), part.get("evidence", [])) == (
        [], [], [],
    )  # fmt: skip


# -- receipts


async def test_a_receipt_is_verified_with_the_key_and_the_file_alone(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    made = await prepared(people)
    sent = httpx.Request("PUT", "http://test", json=unsigned()).read()
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await house.settle()
    receipt = (await people.ann.get(f"{AT}/receipt/1")).json()
    text, [signature] = opened(receipt["note"])
    key = parse_verifier((await people.ann.get("/v1/returns/receipt-key")).json()["verifier"])
    assert key == HOUSE_KEY.verifier
    assert key.has_signed(text, signature)
    assert not key.has_signed(text.replace("version 1", "version 2"), signature)
    lines = text.splitlines()
    assert lines[4].startswith("received 2026-07-02T09:0")
    assert [*lines[1:4], *lines[5:8]] == [
        "contract c1", f"period {Q1}", "version 1", "in time yes", "prepared by ann",
        "signed by tom",
    ]  # fmt: skip
    salted = hashlib.sha256(bytes.fromhex(receipt["salt"]) + sent).hexdigest()
    assert lines[8] == f"sha256 {salted}"
    assert (await people.mo.get(f"{AT}/receipt/1")).json() == receipt
    for caller, at in (
        (people.ian, "1"), (people.other_provider, "1"), (people.ann, "2"),
    ):  # fmt: skip
        assert (await caller.get(f"{AT}/receipt/{at}")).status_code == 404


async def test_a_house_without_a_key_signs_no_receipts(service_database: str) -> None:
    async with signed_house(service_database) as house:
        people = People(house)
        await house.set_clock(AFTER_Q1)
        await people.ann.put(AT, body())
        await house.settle()
        refused = await people.ann.get(f"{AT}/receipt/1")
        assert (refused.status_code, refused.json()["code"]) == (409, "no-signing-key")


# -- evidence


async def test_evidence_comes_with_a_return_and_is_for_the_two_sides(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    assert (await upload(people.ann, "Jane Doe's letter.pdf", PDF)).status_code == 201
    assert (await upload(people.ann, "photo.png", PNG)).status_code == 201
    await house.settle()
    pdf, png = await files_of(people.ann)
    at = f"{AT}/evidence"
    assert (await people.ann.get(f"{at}/{pdf}")).content == PDF
    assert (await people.mo.get(f"{at}/{pdf}")).status_code == 404  # not handed in
    removed = await people.ann.send("DELETE", f"{at}/{png}")
    assert removed.status_code == 200, removed.text
    made = await prepared(people)
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await house.settle()
    shown = await people.mo.get(f"{at}/{pdf}")
    assert (shown.content, shown.headers["content-type"]) == (PDF, "application/pdf")
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["x-content-type-options"] == "nosniff"
    for caller in (people.ian, people.other_provider, people.stranger):
        assert (await caller.get(f"{at}/{pdf}")).status_code == 404
    assert (await people.ann.get(f"{at}/{png}")).status_code == 404
    cited = await people.ann.send("DELETE", f"{at}/{pdf}")
    assert (cited.status_code, cited.json()["code"]) == (409, "evidence-submitted")
    bodies = [
        bytes(row["body"]) for row in await house.house.pool.fetch("select body from log.events")
    ]
    assert not any(b"Jane" in one for one in bodies)  # no name of a file is kept
    assert await house.house.pool.fetchval("select content from kept.texts where kind ="
        " 'evidence' and text_id = $1::uuid", png) is None  # fmt: skip
    erasure = {"ground": "asked-by-the-person"}
    await people.ann.done(f"/v1/monitoring-texts/{pdf}/erasure", erasure)
    assert (await people.mo.get(f"{at}/{pdf}")).status_code == 404


async def test_a_file_that_is_not_what_it_says_leaves_nothing(
    house: RunningHouse, people: People
) -> None:
    early = await upload(people.ann, "a.pdf", PDF)
    assert early.json()["code"] == "period-not-over"
    await house.set_clock(AFTER_Q1)
    before = await house.house.log.head()
    for name, content, code in (
        ("a.pdf", PNG, "evidence-not-what-it-says"),
        ("a.exe", b"MZ", "evidence-type-not-taken"),
        ("a.xlsm", archive("xl/workbook.xml"), "macros-refused"),
        ("a.pdf", PDF + bytes(9 * 1024 * 1024), "too-large"),
    ):
        refused = await upload(people.ann, name, content)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await people.ann.post(f"{AT}/evidence", {})).json()["code"] == "file-unreadable"
    assert (await upload(people.other_provider, "a.pdf", PDF)).status_code == 404
    assert (await upload(people.mo, "a.pdf", PDF)).status_code == 403
    unknown = await people.ann.send("DELETE", f"{AT}/evidence/{uuid4()}")
    assert unknown.json()["code"] == "unknown-evidence"
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == 0


# -- a part accepted, reminders, a date moved, other frequencies


async def test_a_part_is_accepted_judged_and_the_rest_stays_queried(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(AFTER_Q1)
    made = await prepared(people)
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await people.mo.done(f"{AT}/queries", {"text": "Why?", "measure": "seen"})
    part = {"version": 1, "measures": [BETTER.measure]}
    refused = await people.mo.post(f"{AT}/acceptance", {"version": 1, "measures": ["seen"]})
    assert refused.json()["code"] == "query-open"
    await people.mo.done(f"{AT}/acceptance", part)
    await house.settle()
    shown = (await people.ann.get(AT)).json()
    assert (shown["status"], shown["accepted_measures"]) == ("queried", ["better"])
    series = (await people.mo.get("/v1/returns/c1/series")).json()
    assert {one["measure"]["measure"]: len(one["points"]) for one in series} == {
        "seen": 0, "better": 4,
    }  # fmt: skip
    [query] = shown["queries"]
    await people.ann.done(f"{AT}/queries/{query}/answer", {"answer": "A new site."})
    await people.mo.done(f"{AT}/acceptance", {"version": 1})
    await house.settle()
    assert (await people.ann.get(AT)).json()["status"] == "accepted"
    series = (await people.mo.get("/v1/returns/c1/series")).json()
    assert [len(one["points"]) for one in series] == [4, 4]


async def test_the_provider_is_reminded_until_it_has_submitted(
    house: RunningHouse, people: People, tom: Caller
) -> None:
    await house.set_clock(datetime(2026, 7, 7, 7, 59, tzinfo=UTC))
    assert "return-reminded" not in await published(house)
    await house.set_clock(datetime(2026, 7, 7, 8, 0, tzinfo=UTC))  # nine in London
    await house.set_clock(datetime(2026, 7, 14, 12, 0, tzinfo=UTC))
    assert (await people.ann.get(AT)).json()["reminded"] == [-10, -5]
    assert (await published(house)).count("return-reminded") == 2
    made = await prepared(people)
    await house.set_clock(datetime(2026, 7, 20, 12, 0, tzinfo=UTC))  # prepared is not submitted
    assert (await published(house)).count("return-reminded") == 3
    await tom.done(f"{AT}/signature", {"receipt": made["receipt"]})
    await house.set_clock(datetime(2026, 7, 23, 12, 0, tzinfo=UTC))
    assert (await published(house)).count("return-reminded") == 3


async def test_more_days_by_variation_move_the_date_and_fewer_do_not(
    house: RunningHouse, people: People
) -> None:
    for days, due_at in ((20, "2026-07-28T22:59:59Z"), (5, "2026-07-28T22:59:59Z")):
        varied = ContractVaried(
            contract="c1", terms=replace(STRICT, return_due_working_days=days),
            commitment_changes={}, reason=TEXT, varied_by="chris", effective_on=date(2026, 5, 1),
        )  # fmt: skip
        await house.hear("contracts", "contract/c1", varied)
        assert (await people.ann.get(AT)).json()["due_at"] == due_at


@pytest.mark.parametrize(
    ("frequency", "period", "after", "months"),
    [
        ("monthly", "2026-27-M02", datetime(2026, 6, 2, 9, tzinfo=UTC), 1),
        ("annual", "2026-27-Y", datetime(2027, 4, 6, 9, tzinfo=UTC), 1),
    ],
)
async def test_months_and_years_are_reported_as_quarters_are(
    house: RunningHouse, people: People, frequency: Any, period: str, after: datetime, months: int
) -> None:
    terms = replace(TERMS, returns=frequency)
    signed = ContractSigned(
        contract="c9", terms=terms, signed_by="chris", effective_on=date(2026, 3, 2)
    )
    await house.hear("contracts", "contract/c9", signed)
    at = f"/v1/returns/c9/{period}"
    await house.set_clock(after)
    template = await people.ann.get(f"/v1/returns/c9/template.xlsx?period={period}")
    assert template.status_code == 200
    content = body()
    content["readings"] = [
        one | {"period": period} for one in content["readings"] if one["period"] == Q1
    ]
    assert len(content["readings"]) == 2 * months
    taken = await people.ann.put(at, content)
    assert taken.status_code == 200, taken.text
    await people.mo.done(f"{at}/acceptance", {"version": 1})
    await house.settle()
    assert (await people.ann.get(at)).json()["status"] == "accepted"
    series = (await people.mo.get("/v1/returns/c9/series")).json()
    assert [len(one["points"]) for one in series] == [months, months]

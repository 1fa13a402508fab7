"""Statements through their doors: issued by the host, answered and signed by the partner."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from openpyxl import load_workbook

from services.gateway.exports.tables import SPREADSHEET
from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.ledgers.position import position
from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.statements.content import Sources, statements
from services.gateway.statements.decider import subject
from services.gateway.statements.views import PARTNER_STATEMENTS
from shared.eventsourcing.rebuild import rebuild
from shared.published.contracts import CertificationReversed, PaymentCertified
from shared.testing.houses import Caller, RunningHouse
from tests.gateway import story

AT = "/v1/ledgers/f1/statements"
Q1, Q2 = f"{AT}/2026-27-Q1/icb", f"{AT}/2026-27-Q2/icb"
OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
REASON = "Our records have the July invoice at half of this."


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        await running.set_clock(OCTOBER)
        yield running


@pytest.fixture
def host(house: RunningHouse) -> Caller:
    return house.caller("council", "p-3", "finance")


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


@pytest.fixture
def omar(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-6", "finance")


async def issued(house: RunningHouse, host: Caller, period: str = "2026-27-Q2") -> None:
    await host.done(AT, {"period": period})
    await house.settle()


async def read(house: RunningHouse, caller: Caller, path: str = Q2) -> dict[str, Any]:
    await house.settle()
    answer = await caller.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refused(caller: Caller, path: str, body: Any) -> tuple[int, str]:
    answer = await caller.post(path, body)
    return answer.status_code, answer.json()["code"]


async def test_a_statement_comes_to_every_partner(
    house: RunningHouse, host: Caller, ida: Caller
) -> None:
    await issued(house, host)
    listed = (await ida.get(AT)).json()["items"]
    assert [(one["period"], one["partner"], one["status"]) for one in listed] == [
        ("2026-27-Q2", "council", "issued"), ("2026-27-Q2", "icb", "issued"),
    ]  # fmt: skip
    content = await read(house, ida)
    assert (content["as_of"], content["partner"], content["signed"]) == (
        "2026-09-30", "icb", False,
    )  # fmt: skip
    spend = [line for line in content["lines"] if line["section"] == "spend"]
    assert [(line["contract"], line["element"], line["amount_pence"]) for line in spend] == [
        ("c1", "Block", 7_500_00)
    ]
    assert content["lines_unanswered"] == len(content["lines"])
    assert content["year_to_date"]["spend_pence"] == 7_500_00


async def test_lines_are_answered_and_two_people_sign(
    house: RunningHouse, host: Caller, ida: Caller, omar: Caller
) -> None:
    await issued(house, host)
    assert await refused(ida, f"{Q2}/signature", {"digest": "0" * 64}) == (409, "statement-moved")
    digest = (await read(house, ida))["digest"]
    signature = {"digest": digest}
    assert await refused(ida, f"{Q2}/signature", signature) == (409, "lines-unanswered")
    await ida.done(f"{Q2}/dispute", {"line": 4, "reason": REASON})
    await ida.done(f"{Q2}/agreement", {})
    content = await read(house, ida)
    assert (content["status"], content["lines_disputed"]) == ("answered", 1)
    assert [(line["answer"], line["reason"]) for line in content["lines"][2:5]] == [
        ("agreed", None), ("disputed", REASON), ("agreed", None),
    ]  # fmt: skip
    await ida.done(f"{Q2}/signature", signature)
    assert await refused(ida, f"{Q2}/signature", signature) == (409, "signs-own-work")
    assert (await read(house, ida))["status"] == "signed-once"
    await omar.done(f"{Q2}/signature", signature)
    content = await read(house, ida)
    assert content["status"] == "signed"
    assert [one["by"] for one in content["signatures"]] == ["p-4", "p-6"]
    assert await refused(omar, f"{Q2}/agreement", {}) == (409, "statement-signed")


async def test_what_was_issued_stays_and_what_changed_since_is_shown(
    house: RunningHouse, host: Caller, ida: Caller
) -> None:
    await issued(house, host)
    before = await read(house, ida)
    assert (await read(house, ida, f"{Q2}/changes")) == {"changes": [], "postings": []}
    await house.set_clock(datetime(2026, 11, 2, 9, tzinfo=UTC))
    back = CertificationReversed(
        contract="c1", fund="f1", year="2026/27", certificate="cert-1",
        amount_pence=22_500_00, effective_on=date(2026, 9, 30),
    )  # fmt: skip
    await house.hear("contracts", "contract/c1", back)
    assert await read(house, ida) == before
    since = await read(house, ida, f"{Q2}/changes")
    spend = next(one for one in since["changes"] if one["line"]["section"] == "spend")
    assert (spend["issued_pence"], spend["now_pence"]) == (7_500_00, 0)
    assert {line["code"] for line in since["postings"]} == {"certification-reversed"}
    await issued(house, host)
    anew = await read(house, ida)
    assert anew["digest"] != before["digest"]
    assert anew["known_at"] > before["known_at"]


async def test_it_comes_as_a_table_and_as_a_spreadsheet(
    house: RunningHouse, host: Caller, ida: Caller
) -> None:
    await issued(house, host)
    content = await read(house, ida)
    table = list(csv.DictReader(io.StringIO((await ida.get(Q2, accept="text/csv")).text)))
    assert [int(row["amount_pence"]) for row in table] == [
        line["amount_pence"] for line in content["lines"]
    ]
    file = await ida.get(Q2, accept=SPREADSHEET)
    book = load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["Opening", "Spend", "Closing", "Share", "Entry"]
    spend: Any = book["Spend"]
    assert spend["H2"].value == 7_500


async def test_no_statement_before_its_quarter_is_over_or_of_a_year_unopened(
    host: Caller,
) -> None:
    assert await refused(host, AT, {"period": "2026-27-Q3"}) == (409, "quarter-not-over")
    assert await refused(host, AT, {"period": "2024-25-Q3"}) == (404, "not-found")
    assert await refused(host, AT, {"period": "2026-28-Q1"}) == (422, "invalid")
    assert await refused(host, AT, {"period": "soon"}) == (422, "invalid")


async def test_who_may_do_what(house: RunningHouse, host: Caller, ida: Caller) -> None:
    assert (await refused(ida, AT, {"period": "2026-27-Q2"}))[0] == 403
    await issued(house, host)
    before = await house.house.log.head()
    for path, body in (
        ("agreement", {}), ("dispute", {"line": 1, "reason": "No."}),
        ("signature", {"digest": "0" * 64}),
    ):  # fmt: skip
        assert (await refused(host, f"{Q2}/{path}", body))[0] == 403, path
        stranger = house.caller("elsewhere", "p-1", "finance")
        assert (await refused(stranger, f"{Q2}/{path}", body))[0] == 404, path
        reader = house.caller("icb", "p-4", "auditor")
        assert (await refused(reader, f"{Q2}/{path}", body))[0] == 403, path
        assert (await refused(ida, f"{Q1}/{path}", body))[0] == 404, path
        assert (await house.nobody().post(f"{Q2}/{path}", body)).status_code == 401, path
    assert await house.house.log.head() == before
    for path in (AT, Q2, f"{Q2}/changes"):
        assert (await house.caller("elsewhere", "p-1", "finance").get(path)).status_code == 404
        assert (await house.caller("acorn", "p-9", "provider").get(path)).status_code == 403
        assert (await house.caller("council", "p-1", "auditor").get(path)).status_code == 200


async def test_why_a_line_is_disputed_stays_between_the_partner_and_the_host(
    house: RunningHouse, host: Caller, ida: Caller
) -> None:
    councils = Q2.replace("/icb", "/council")
    await issued(house, host)
    await ida.done(f"{Q2}/dispute", {"line": 4, "reason": REASON})
    await host.done(f"{councils}/dispute", {"line": 4, "reason": REASON})
    await house.settle()
    for caller, path, told in ((ida, Q2, REASON), (host, Q2, REASON), (ida, councils, None)):
        line = (await read(house, caller, path))["lines"][3]
        assert (line["answer"], line["reason"]) == ("disputed", told)


async def test_an_answer_sent_twice_is_one(house: RunningHouse, host: Caller, ida: Caller) -> None:
    await issued(house, host)
    body = {"line": 4, "reason": REASON}
    first = await ida.done(f"{Q2}/dispute", body, idempotency_key="k-1")
    assert await ida.done(f"{Q2}/dispute", body, idempotency_key="k-1") == first


async def test_statements_are_the_same_when_made_again(
    house: RunningHouse, host: Caller, ida: Caller
) -> None:
    await issued(house, host)
    await ida.done(f"{Q2}/agreement", {"lines": [1, 2]})
    await house.settle()
    store = house.house.stores[PARTNER_STATEMENTS.name]
    before = await store.contents()
    await rebuild(store, house.house.pool, house.house.sources["gateway"])
    assert await store.contents() == before
    assert before["rows"]


async def test_sums_give_the_figures_of_the_lines_themselves(
    house: RunningHouse, host: Caller
) -> None:
    """Of a statement and of a report, with a posting on every side of the cut."""
    await house.hear(
        "contracts", "contract/c1",
        *(
            PaymentCertified(
                contract="c1", fund="f1", year="2026/27", certificate=f"more-{month}-{day}",
                element="Block", amount_pence=1_001, period="2026-27-Q1", return_version=1,
                effective_on=date(2026, month, day),
            )
            for month in (6, 7, 9, 10)
            for day in (month, 30)
        ),
    )  # fmt: skip
    await issued(house, host)
    lines = await house.house.stores[FUND_BOOKS.name].lines("f1")
    row: FundAgreementRow | None = await house.house.stores[FUND_AGREEMENTS.name].get("f1")
    assert row
    agreement = row.years["2026/27"]
    expected = statements("f1", "2026-27-Q2", agreement, lines, Sources())
    kept = house.house.stores[PARTNER_STATEMENTS.name]
    for one in expected:
        found = await kept.get(subject("f1", "2026-27-Q2", one.partner))
        assert found
        assert found.state.statement == one
    for day, query in ((date.max, ""), (date(2026, 9, 29), "?as_of=2026-09-29")):
        told = (await host.get(f"/v1/ledgers/f1{query}")).json()
        by_lines = position(
            agreement, "2026/27", [line for line in lines if line.effective_on <= day]
        )
        worked: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(by_lines))
        assert {name: told[name] for name in worked if name != "contracts"} == {
            name: worked[name] for name in worked if name != "contracts"
        }
        assert [one["actual_pence"] for one in told["contracts"]] == [
            one.actual_pence for one in by_lines.contracts
        ]

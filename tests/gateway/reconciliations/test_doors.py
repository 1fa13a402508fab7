"""A reconciliation through its doors, from upload to sign-off and into the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.gateway.main import PLAN
from shared.testing.houses import Caller, RunningHouse, open_house, token
from tests.gateway.reconciliations import doors
from tests.gateway.reconciliations.doors import AT, UPLOAD, as_csv, as_xlsx, finance, taking


async def head(house: RunningHouse) -> Any:
    return await house.house.log.head()


async def texts(house: RunningHouse) -> int:
    return await house.house.pool.fetchval("select count(*) from kept.texts")


# -- upload


async def test_an_upload_answers_with_the_columns_it_takes_for_what(house: RunningHouse) -> None:
    answer = (await doors.upload(house, finance(), as_csv(doors.APRIL))).json()
    shown = answer["preview"]
    assert shown["headings"] == list(doors.HEADINGS)
    assert shown["mapping"]["amount"] == "Amount"
    assert (shown["rows"], shown["remembered"]) == (4, False)
    assert len(answer["sha256"]) == 64


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "extract-unreadable"),
        (b"PK\x03\x04 no archive at all", "extract-unreadable"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "macros-refused"),
        (b"%PDF-1.7 a statement\x00", "extract-unreadable"),
        (b"Date,Amount\n", "extract-empty"),
        (b'Date,Amount\n"02/04/2026,5.00\n', "extract-unreadable"),
        (as_xlsx(doors.APRIL)[:900], "extract-unreadable"),
    ],
)
async def test_a_broken_file_writes_nothing(house: RunningHouse, content: bytes, code: str) -> None:
    before = await head(house), await texts(house)
    answer = await doors.upload(house, finance(), content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await head(house), await texts(house)) == before


async def test_a_file_too_large_is_refused(house: RunningHouse) -> None:
    answer = await doors.upload(house, finance(), b"Date,Amount\n" + b"x" * (9 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (422, "extract-too-large")
    answer = await doors.upload(house, finance(), b"x" * (11 * 1024 * 1024))
    assert answer.status_code == 413


async def test_the_same_file_is_told_again_and_a_second_one_waits(
    house: RunningHouse, ida: Caller
) -> None:
    first = (await doors.upload(house, finance(), as_csv(doors.APRIL))).json()
    again = await doors.upload(house, finance(), as_csv(doors.APRIL))
    assert (again.status_code, again.json()["code"]) == (409, "extract-uploaded-before")
    assert again.json()["errors"][0]["pointer"] == f"/reconciliations/{first['id']}"
    other = await doors.upload(house, finance(), as_csv(doors.APRIL[:2]))
    assert (other.status_code, other.json()["code"]) == (409, "reconciliation-open")
    await ida.done(f"{AT}/{first['id']}/discarding")
    assert (await doors.upload(house, finance(), as_csv(doors.APRIL))).status_code == 201


async def test_the_same_request_again_is_one_upload(house: RunningHouse) -> None:
    # The parts of a form are divided by chance, so the very bytes are sent again.
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        + as_csv(doors.APRIL)
        + b"\r\n--x--\r\n"
    )
    headers = {
        "Authorization": f"Bearer {finance()}",
        "Idempotency-Key": "once",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    answers = [(await house.client.post(UPLOAD, content=body, headers=headers)) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


# -- who


async def test_to_outsiders_there_is_nothing_here(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    stranger = house.caller("elsewhere", "p-9", "finance")
    for part in ("", "/lines?side=ours", "/matches", "/statement", "/preview"):
        assert (await stranger.get(f"{AT}/{reconciliation}{part}")).status_code == 404
    assert (await stranger.post(f"{AT}/{reconciliation}/matching", {})).status_code == 404
    assert (await stranger.get(AT)).json()["items"] == []
    answer = await doors.upload(house, finance("elsewhere", "p-9"), as_csv(doors.APRIL))
    assert answer.status_code == 404


async def test_partners_read_without_what_the_bank_wrote_and_write_nothing(
    house: RunningHouse, ida: Caller
) -> None:
    reconciliation = await doors.taken(house, ida)
    partner = house.caller("icb", "p-f", "finance")
    own = (await ida.get(f"{AT}/{reconciliation}/lines?side=theirs")).json()["items"]
    seen = (await partner.get(f"{AT}/{reconciliation}/lines?side=theirs")).json()["items"]
    assert own[0]["text"] == "ICB CONTRIBUTION"
    assert {one["text"] for one in seen} == {""}
    assert (await partner.post(f"{AT}/{reconciliation}/matching", {})).status_code == 403
    reader = house.caller("council", "p-a", "auditor")
    assert (await reader.get(f"{AT}/{reconciliation}")).status_code == 200
    assert (await reader.post(f"{AT}/{reconciliation}/matching", {})).status_code == 403
    await house.settle()
    assert [one["id"] for one in [await doors.only(partner)]] == [reconciliation]


# -- taking


async def test_cells_that_cannot_be_read_are_told_by_row_and_column(
    house: RunningHouse, ida: Caller
) -> None:
    rows = [
        ("31/04/2026", "", "A", "1.00"),
        ("02/05/2026", "", "B", "1.00"),
        ("", "", "C", "1.00"),
        ("03/04/2026", "", "D", "one"),
        ("03/04/2026", "", "E", ""),
        ("03/04/2026", "", "F", "1.005"),
    ]
    reconciliation = (await doors.upload(house, finance(), as_csv(rows))).json()["id"]
    before = await head(house), await texts(house)
    answer = await ida.post(f"{AT}/{reconciliation}/extract", taking(stated_rows=6))
    assert (answer.status_code, answer.json()["code"]) == (422, "extract-has-errors")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/file/2/Date", "date-unreadable"),
        ("/file/3/Date", "date-outside-period"),
        ("/file/4/Date", "date-missing"),
        ("/file/5/Amount", "amount-unreadable"),
        ("/file/6/Amount", "amount-missing"),
        ("/file/7/Amount", "amount-not-whole-pence"),
    ]
    assert (await head(house), await texts(house)) == before


async def test_what_is_stated_is_compared_and_a_dry_run_writes_nothing(
    house: RunningHouse, ida: Caller
) -> None:
    reconciliation = (await doors.upload(house, finance(), as_csv(doors.APRIL))).json()["id"]
    at = f"{AT}/{reconciliation}/extract"
    before = await head(house)
    tried = await ida.done(f"{at}?dry_run=true", taking(stated_rows=5, stated_total_pence=1))
    assert (tried["rows"], tried["total_pence"]) == (4, 1804_54)
    assert [one["figure"] for one in tried["differences"]] == ["stated_rows", "stated_total_pence"]
    assert await head(house) == before
    wrong = await ida.post(at, taking(stated_total_pence=1804_55))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "control-total-differs")
    assert await head(house) == before
    unmapped = await ida.post(at, taking(mapping={"date": "Date"}))
    assert unmapped.json()["code"] == "mapping-incomplete"


async def test_a_workbook_is_taken_too_and_its_columns_are_remembered(
    house: RunningHouse, ida: Caller
) -> None:
    await doors.post_april(house)
    headings = ("Posted", "What", "Doc", "Paid out", "Paid in")
    rows = [
        (date(2026, 4, 2), "ICB", "REF-A", "", 1000.0),
        (date(2026, 4, 7), "BANK CHARGE", "CHG", 12.5, ""),
    ]
    answer = (await doors.upload(house, finance(), as_xlsx(rows, headings))).json()
    mapping = answer["preview"]["mapping"]
    assert (mapping["date"], mapping["debit"], mapping["credit"]) == (
        "Posted", "Paid out", "Paid in",
    )  # fmt: skip
    at = f"{AT}/{answer['id']}"
    body = taking(
        mapping=mapping | {"text": "What", "reference": "Doc"}, stated_rows=2,
        stated_total_pence=987_50, closing_pence=987_50,
    )  # fmt: skip
    await ida.done(f"{at}/extract", body)
    await ida.done(f"{at}/discarding")
    await house.settle()
    again = (await doors.upload(house, finance(), as_xlsx(rows[:1], headings))).json()
    assert again["preview"]["remembered"] is True
    assert again["preview"]["mapping"]["text"] == "What"


async def test_a_formula_is_not_evaluated(house: RunningHouse, ida: Caller) -> None:
    rows = [(date(2026, 4, 2), "", "A", "=1+1")]
    reconciliation = (await doors.upload(house, finance(), as_xlsx(rows))).json()["id"]
    answer = await ida.post(f"{AT}/{reconciliation}/extract", taking())
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/file/2/Amount", "formula")
    ]


# -- matching


async def test_the_rules_find_what_they_should(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    found = await doors.matched(ida, reconciliation)
    assert found["confirmed"] == {"exact": 2}
    assert found["proposed"] == {"window": 1, "amount": 1}
    listed = (await ida.get(f"{AT}/{reconciliation}/matches?rule=amount")).json()["items"]
    [odd] = listed
    assert (odd["reason"], odd["difference_pence"]) == ("transposition", -9)
    assert odd["theirs"][0]["row"] == 5
    assert found["statement"]["difference_pence"] == 1884_45 - 1804_54
    assert found["statement"]["unexplained_pence"] == 1884_45 - 1804_54


async def test_nine_pence_are_explained_and_two_people_sign(
    house: RunningHouse, ida: Caller, ben: Caller
) -> None:
    reconciliation = await doors.settled(house, ida)
    at = f"{AT}/{reconciliation}"
    stands = (await ida.get(f"{at}/statement")).json()
    assert (stands["timing_pence"], stands["errors_pence"]) == (80_00, -9)
    assert (stands["unexplained_pence"], stands["open_lines"]) == (0, 0)
    assert [(b["band"], b["lines"]) for b in stands["aged"]["ours_timing"] if b["lines"]] == [
        ("8-30", 1)
    ]
    await ida.done(f"{at}/preparation")
    own = await ida.post(f"{at}/sign-off")
    assert (own.status_code, own.json()["code"]) == (403, "own-work")
    await ben.done(f"{at}/sign-off")
    late = await ida.post(f"{at}/undoings", {"matches": [1]})
    assert (late.status_code, late.json()["code"]) == (409, "signed-off")
    await house.settle()
    assert (await doors.only(ida))["status"] == "signed-off"


async def test_a_run_broken_off_by_a_restart_is_brought_to_its_end(
    house: RunningHouse, ida: Caller, service_database: str
) -> None:
    reconciliation = await doors.taken(house, ida)
    await ida.done(f"{AT}/{reconciliation}/matching", {})
    # Whatever the first house did of it, a second one on the same log comes to the same.
    async with open_house(PLAN, service_database, None) as second:
        other = second.caller("council", "p-ida", "finance")
        found: dict[str, Any] = {"running": True}
        while found["running"]:
            found = (await other.get(f"{AT}/{reconciliation}")).json()
        assert found["confirmed"] == {"exact": 2}


async def test_lines_are_found_by_side_status_and_words(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    at = f"{AT}/{reconciliation}/lines"
    found = (await ida.get(f"{at}?side=theirs&text=contribution")).json()["items"]
    assert [one["amount_pence"] for one in found] == [1000_00]
    assert len((await ida.get(f"{at}?side=ours&text=80.00")).json()["items"]) == 1
    page = (await ida.get(f"{at}?side=ours&limit=2")).json()
    rest = (await ida.get(f"{at}?side=ours&limit=500&after={page['next']}")).json()
    assert len(page["items"]) + len(rest["items"]) == 5
    assert (await ida.get(f"{at}?side=ours&after=soon")).status_code == 422


async def test_matching_marking_and_undoing_by_hand(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    at = f"{AT}/{reconciliation}"
    ours = await doors.numbers(ida, reconciliation, "ours", "open")
    body = {"ours": [ours[1]], "theirs": [2]}
    made = await ida.done(f"{at}/matches", body)
    assert made["id"] == reconciliation
    again = await ida.post(f"{at}/matches", body)
    assert (again.status_code, again.json()["code"]) == (409, "line-taken")
    unknown = await ida.post(f"{at}/matches", {"ours": [999], "theirs": []})
    assert unknown.json()["code"] == "unknown-line"
    await ida.done(f"{at}/undoings", {"matches": [1]})
    await ida.done(
        f"{at}/marks", {"kind": "error", "theirs": [4], "owner": "p-own", "reason": "Typed wrong"}
    )
    assert await doors.numbers(ida, reconciliation, "theirs", "error") == [4]
    await ida.done(f"{at}/marks/removal", {"theirs": [4]})
    assert len(await doors.numbers(ida, reconciliation, "theirs", "open")) == 4


async def test_suspense_needs_the_chief_finance_officer(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    await doors.matched(ida, reconciliation)
    at = f"{AT}/{reconciliation}"
    accepted = list((await doors.proposals(ida, reconciliation)).values())
    await ida.done(f"{at}/acceptances", {"matches": accepted, "owner": "p-own"})
    assert (await ida.post(f"{at}/preparation")).json()["code"] == "unexplained"
    await ida.done(f"{at}/suspense", {"owner": "p-own", "reason": "Nobody knows yet"})
    assert (await ida.post(f"{at}/preparation")).json()["code"] == "suspense-not-approved"
    assert (await ida.post(f"{at}/suspense/approval")).status_code == 403
    elsewhere = house.caller("icb", "p-c", "chief-finance-officer")
    assert (await elsewhere.post(f"{at}/suspense/approval")).status_code == 403
    chief = house.caller("council", "p-c", "chief-finance-officer")
    await chief.done(f"{at}/suspense/approval")
    await ida.done(f"{at}/preparation")


async def test_lines_that_were_erased_are_told_so(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    assert (await ida.get(f"{AT}/{reconciliation}/lines?side=theirs")).status_code == 200
    rows = await house.house.pool.fetch("select text_id from kept.texts where kind = 'their-lines'")
    await house.house.texts.erase(rows[0][0], datetime(2026, 5, 1, tzinfo=UTC))
    gone = await ida.get(f"{AT}/{reconciliation}/lines?side=theirs")
    assert (gone.status_code, gone.json()["code"]) == (409, "lines-erased")
    failed = await doors.matched(ida, reconciliation)
    assert failed["failed"] == "lines-erased"


async def test_a_token_of_another_role_gets_in_nowhere(house: RunningHouse, ida: Caller) -> None:
    reconciliation = await doors.taken(house, ida)
    provider = token("council", "p-x", "provider")
    answer = await house.client.get(
        f"{AT}/{reconciliation}", headers={"Authorization": f"Bearer {provider}"}
    )
    assert answer.status_code == 403

"""One file over many contracts: read as a stream, each return judged alone, progress told."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook

from services.monitoring.returns.files import COLUMNS as PARTS
from services.monitoring.returns.files import FileCutShort, FileUnreadable, MacrosRefused, TooLarge
from services.monitoring.returns.gathering import MOST_ROWS, filed_of, gather
from shared.testing.houses import Caller, RunningHouse
from tests.monitoring.agreed import Q1, body
from tests.monitoring.door import AFTER_Q1, People, published, signed_house
from tests.monitoring.test_bulk_door import signed
from tests.monitoring.test_return_files import COLUMNS, with_entry

AT = "/v1/returns/files"
HEAD = f"contract,return_period,{COLUMNS}"


def rows_of(contract: str, content: dict[str, Any], period: str = Q1) -> list[dict[str, str]]:
    """A return's body as rows of the file."""
    parts = [("readings", row) for row in content["readings"]]
    parts += [("breakdowns", row) for row in content["breakdowns"]]
    parts += [("budget", row) for row in content["budget"]]
    parts += [("explanations", row) for row in content.get("explanations", ())]
    names = ("complaints", "compliments", "story", "nil")
    parts += [("other", {"name": n, "entry": content[n]}) for n in names if n in content]
    return [
        {"contract": contract, "return_period": period, "part": part}
        | {key: "" if value is None else str(value) for key, value in row.items()}
        for part, row in parts
    ]


def as_table(rows: list[dict[str, str]]) -> bytes:
    written = io.StringIO(newline="")
    names = HEAD.split(",")
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return written.getvalue().encode()


def as_workbook(rows: list[dict[str, str]]) -> bytes:
    book = Workbook()
    for part, columns in PARTS.items():
        sheet = book.create_sheet(part)
        head = ("contract", "return_period", *columns)
        sheet.append(head)
        for row in rows:
            if row["part"] == part:
                sheet.append([row.get(name, "") for name in head])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    """Acorn provides c1 and c2; Beech provides b1."""
    async with signed_house(service_database) as running:
        await signed(running, "c2")
        await signed(running, "b1", "beech")
        await running.set_clock(AFTER_Q1)
        yield running


async def worked_off(house: RunningHouse, caller: Caller, content: bytes, **query: str) -> Any:
    """What became of a file, once it is worked off."""
    begun = await begin(caller, content, **query)
    assert begun.status_code == 202, begun.text
    await asyncio.gather(*getattr(house.app.state, "filing", ()))
    return (await caller.get(f"{AT}/{begun.json()['file']}")).json()


async def begin(caller: Caller, content: bytes, key: str = "", dry_run: str = "false") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4()), "Content-Type": "text/csv"}
    return await caller.send_raw("POST", f"{AT}?dry_run={dry_run}", content, headers)


async def prepared(house: RunningHouse) -> int:
    """How many returns wait for a signatory: a file signs nothing."""
    events = await house.house.log.read(0, 1000)
    assert "return-submitted" not in await published(house)
    return sum(event.type == "monitoring.return-prepared.v1" for event in events)


async def test_each_return_of_a_file_is_taken_or_refused_by_itself(house: RunningHouse) -> None:
    people = People(house)
    wrong = body()
    wrong["readings"][4]["numerator"] = "33"
    content = as_table(
        rows_of("c1", body()) + rows_of("c2", wrong) + rows_of("b1", body())
        + rows_of("none", body()) + rows_of("c1", body(), "2026-27-Q9")
    )  # fmt: skip
    told = await worked_off(house, people.ann, content)
    assert (told["status"], told["returns"], told["done"]) == ("done", 5, 5)
    assert (told["right"], told["refused"]) == (1, 4)
    assert [(one["contract"], one["outcome"], one["code"]) for one in told["results"]] == [
        ("c1", "taken", ""),
        ("c2", "refused", "return-has-errors"),
        ("b1", "refused", "not-found"),
        ("none", "refused", "not-found"),
        ("c1", "refused", "wrong-contract-or-period"),
    ]
    assert told["results"][0]["receipt"]
    first = told["problems"][0]
    assert (first["contract"], first["code"], first["row"], first["column"]) == (
        "c2", "numerator-above-denominator", 20, "numerator",
    )  # fmt: skip
    assert await prepared(house) == 1
    table = await people.ann.get(f"{AT}/{told['file']}/problems.csv")
    assert next(csv.DictReader(io.StringIO(table.text)))["row"] == "20"


async def test_rows_of_one_return_need_not_stand_together(house: RunningHouse) -> None:
    people = People(house)
    first, second = rows_of("c1", body()), rows_of("c2", body())
    mixed = [row for pair in zip(first, second, strict=True) for row in pair]
    told = await worked_off(house, people.ann, as_table(mixed))
    assert [one["outcome"] for one in told["results"]] == ["taken", "taken"]
    assert [one["created"] for one in told["results"]] == [11, 11]


async def test_a_dry_run_judges_and_writes_nothing(house: RunningHouse) -> None:
    people = People(house)
    before = await house.house.log.head()
    content = as_workbook(rows_of("c1", body()) + rows_of("c2", body(complaints=-1)))
    told = await worked_off(house, people.ann, content, dry_run="true")
    assert [(one["outcome"], one["code"]) for one in told["results"]] == [
        ("right", ""), ("refused", "return-has-errors"),
    ]  # fmt: skip
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.texts") == 0


async def test_the_same_file_under_the_same_key_is_taken_once(house: RunningHouse) -> None:
    people, key = People(house), str(uuid4())
    content = as_table(rows_of("c1", body()))
    first = await worked_off(house, people.ann, content, key=key)
    again = await begin(people.ann, content, key=key)
    assert again.json() == first
    other = await begin(people.ann, as_table(rows_of("c2", body())), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    twice = await worked_off(
        house, people.ann, content + as_table(rows_of("c1", body()))[len(HEAD) + 2 :]
    )
    assert "duplicate-key" in {one["code"] for one in twice["problems"]}
    assert await prepared(house) == 1


async def test_a_file_that_broke_off_is_finished_by_sending_it_again(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, key = People(house), str(uuid4())
    content = as_table(rows_of("c1", body()) + rows_of("c2", body()))
    from services.monitoring.returns import filing

    real = filing.hand_in

    async def breaks(request: Any, handle: Any, actor: Any, asked: Any, *, dry_run: bool) -> Any:
        if asked.contract == "c2":
            raise ConnectionResetError
        return await real(request, handle, actor, asked, dry_run=dry_run)

    monkeypatch.setattr(filing, "hand_in", breaks)
    told = await worked_off(house, people.ann, content, key=key)
    assert (told["status"], told["done"]) == ("broke-off", 1)
    monkeypatch.setattr(filing, "hand_in", real)
    told = await worked_off(house, people.ann, content, key=key)
    assert (told["status"], [one["outcome"] for one in told["results"]]) == ("done", ["taken"] * 2)
    assert await prepared(house) == 2


async def test_a_file_is_its_agencys_alone(house: RunningHouse) -> None:
    people = People(house)
    told = await worked_off(house, people.ann, as_table(rows_of("c1", body())))
    at = f"{AT}/{told['file']}"
    assert (await people.other_provider.get(at)).status_code == 404
    assert (await people.mo.get(at)).status_code == 403
    assert (await people.ann.get(f"{AT}/none")).status_code == 404
    assert (await people.other_provider.get(f"{at}/problems.csv")).status_code == 404
    assert (await begin(people.mo, b"")).status_code == 403


async def test_a_file_that_did_not_come_whole_writes_nothing(house: RunningHouse) -> None:
    people = People(house)
    before = await house.house.log.head()
    whole = as_table(rows_of("c1", body()))
    book = as_workbook(rows_of("c1", body()))
    for content, code in (
        (whole[: len(whole) // 2], "file-cut-short"),
        (book[: len(book) // 2], "file-unreadable"),
        (b"", "file-unreadable"),
        (b"contract,measure\nc1,seen\n", "file-unreadable"),
        (b'contract,return_period\n"c1', "file-unreadable"),
    ):
        refused = await begin(people.ann, content)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    headers = {"Idempotency-Key": "k", "Content-Length": str(len(whole) + 7)}
    refused = await people.ann.send_raw("POST", AT, whole, headers)
    assert refused.json()["code"] == "file-cut-short"
    assert await house.house.log.head() == before
    assert await house.house.pool.fetchval("select count(*) from kept.return_files") == 0


def test_what_is_dangerous_or_endless_is_refused_before_it_is_read() -> None:
    book = as_workbook(rows_of("c1", body()))
    with pytest.raises(MacrosRefused):
        gather(io.BytesIO(with_entry(book, "xl/vbaProject.bin", b"x")))
    with pytest.raises(MacrosRefused):
        gather(io.BytesIO(b"\xd0\xcf\x11\xe0 old"))
    late = b"<!--" + b" " * 70_000 + b"-->" + b'<!DOCTYPE x [<!ENTITY a "b">]>'
    with pytest.raises(FileUnreadable):
        gather(io.BytesIO(with_entry(book, "xl/bomb.xml", late)))
    with pytest.raises(TooLarge):
        gather(io.BytesIO(b"contract,return_period\n" + b"c,p\n" * (MOST_ROWS + 1)))
    with pytest.raises(FileCutShort):
        gather(io.BytesIO(b"contract,return_period\nc"))


def test_a_formula_is_refused_with_the_return_it_stands_in() -> None:
    found = gather(io.BytesIO(b"contract,return_period,value\nc1,2026-27-Q1,=1+1\nc2,x,3\n"))
    with pytest.raises(Exception, match="formula"):
        filed_of(found, found.returns["c1", "2026-27-Q1"])
    assert filed_of(found, found.returns["c2", "x"]).parts == {"readings": [{"value": "3"}]}

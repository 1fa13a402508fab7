"""Whatever cannot be right is answered by a problem that names it, and no log grows by it.

Tried through the gateway, at the addresses and with the bodies of the story's own people.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pytest

from goldenthread.demo.cast import (
    COMMISSIONER,
    COUNCIL,
    COUNSELLOR,
    FINANCE,
    PROCUREMENT,
    SECRETARY,
)
from goldenthread.demo.stage import OPERATOR, Json, Person
from shared.http.permissions import ROLES
from tests.journeys.doors import OF_THE_HOUSE_ALONE, doors
from tests.journeys.playing import Played, Spoken

MEGABYTE = 1024 * 1024
EVERY_HAT = Person("p-0002", COUNCIL, tuple(sorted(ROLES.keys() - {"operator", "service"})))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def no_log_grows(played: Played) -> Generator[None]:
    before = played.positions()
    yield
    assert played.positions() == before


def write(
    played: Played, who: Person, path: str, method: str = "POST", **sent: Any
) -> httpx.Response:
    """A write with a key of its own, unless one is given."""
    headers = {"Idempotency-Key": str(uuid4())} | sent.pop("headers", {})
    return played.asked(who, method, path, headers=headers, **sent)


def problem(answer: httpx.Response, status: int, code: str, pointer: str = "") -> Json:
    """The problem document, which must be of this status and code, and point there."""
    assert answer.status_code == status, f"{answer.request.url.path}: {answer.text[:300]}"
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == code, f"{answer.request.url.path}: {answer.text[:300]}"
    assert {"type", "title", "status", "detail", "errors"} <= told.keys()
    assert told["type"] == f"/problems/{code}"
    assert told["status"] == status
    assert told["detail"]
    if pointer:
        assert pointer in [fault["pointer"] for fault in told["errors"]], told["errors"]
    return told


def words(played: Played) -> Iterator[Spoken]:
    """One accepted write of the story to each kind of address, with a body that says something."""
    met: set[tuple[str, str]] = set()
    for word in reversed(played.stage.accepted):
        kind = (word.method, "/".join(word.path.partition("?")[0].split("/")[::2]))
        if word.body and kind not in met:
            met.add(kind)
            yield word


def again(played: Played, word: Spoken, **sent: Any) -> httpx.Response:
    return write(played, word.who, word.path, word.method, **sent)


def test_a_body_that_is_no_json(played: Played) -> None:
    tried = list(words(played))
    assert len(tried) > 30
    for word in tried:
        json_type = {"Content-Type": "application/json"}
        problem(again(played, word, content=b'{"a": ', headers=json_type), 400, "unparsable-body")
        answer = again(played, word, content=b"\xff\xfe\x00", headers=json_type)
        assert answer.status_code in (400, 422), f"{word.path}: {answer.text[:200]}"


def test_an_unknown_field(played: Played) -> None:
    for word in words(played):
        answer = again(played, word, json={**word.body, "surprise": 1})
        problem(answer, 422, "invalid", "/body/surprise")


def test_a_value_of_the_wrong_type(played: Played) -> None:
    for word in words(played):
        field = next(iter(word.body))
        answer = again(played, word, json={**word.body, field: {"not": ["never-told"]}})
        told = problem(answer, 422, "invalid")
        assert all(fault["pointer"].startswith(f"/body/{field}") for fault in told["errors"])
        assert "never-told" not in answer.text


def test_a_body_that_is_no_object(played: Played) -> None:
    for word in words(played):
        problem(again(played, word, json=["a"]), 422, "invalid", "/body")


def test_a_write_without_a_key(played: Played) -> None:
    for word in words(played):
        answer = played.asked(word.who, word.method, word.path, json=word.body)
        problem(answer, 400, "idempotency-key-missing")


def test_a_key_used_before_for_another_request(played: Played) -> None:
    """The query is part of what was asked."""
    tried = 0
    for word in played.stage.accepted:
        if "dry_run=true" in word.path:
            continue
        headers = {"Idempotency-Key": word.idempotency_key}
        path = f"{word.path}?said=differently"
        answer = write(played, word.who, path, word.method, json=word.body, headers=headers)
        problem(answer, 422, "idempotency-key-reused")
        tried += 1
    assert tried > 250


def test_a_version_that_has_moved_on(played: Played) -> None:
    at = f"/v1/contracts/{played.story.contracts['early-help']}"
    notice = {"clause": "14.3", "body": "A notice on what was read long ago."}
    for version in ('"1"', 'W/"2"'):
        answer = write(
            played, COMMISSIONER, f"{at}/notices", json=notice, headers={"If-Match": version}
        )
        problem(answer, 412, "version-outdated")
    answer = write(
        played, COMMISSIONER, f"{at}/notices", json=notice, headers={"If-Match": "yesterday"}
    )
    problem(answer, 422, "invalid", "/header/If-Match")


def test_a_time_without_its_offset(played: Played) -> None:
    partnership = f"/v1/partnerships/{played.story.partnership}/meetings"
    tender = next(w.body for w in played.stage.accepted if w.path == "/v1/tenders")
    naive = "2027-09-01T10:00:00"
    called = {"held_at": naive, "agenda": [{"title": "Any other business"}]}
    problem(write(played, SECRETARY, partnership, json=called), 422, "invalid", "/body/held_at")
    opened = {**tender, "bids_close_at": naive}
    problem(
        write(played, PROCUREMENT, "/v1/tenders", json=opened),
        422, "invalid", "/body/bids_close_at",
    )  # fmt: skip
    answer = played.asked(OPERATOR, "PUT", "/v1/sandbox/clock", json={"now": naive})
    problem(answer, 422, "invalid", "/body/now")


def test_ids_that_name_nothing(played: Played) -> None:
    tried = 0
    for door in doors(played):
        parts = door.template.split("/")
        named = next((n for n, part in enumerate(parts) if part.startswith("{")), 0)
        if not named or not door.scope or door.template.startswith("/v1/operations"):
            continue
        if door.scope in OF_THE_HOUSE_ALONE:
            continue
        path = "/".join("no-such-thing" if n == named else p
                        for n, p in enumerate(door.path.split("/")))  # fmt: skip
        body: Any = None if door.is_read else (door.body or {})
        answer = write(played, EVERY_HAT, path, door.method, json=body)
        if "{kind}" in door.template:
            problem(answer, 422, "invalid", "/path/kind")
        elif not (door.body or door.is_read) and answer.status_code == 422:
            problem(answer, 422, "invalid")
        else:
            problem(answer, 404, "not-found")
        tried += 1
    assert tried > 130


def test_what_is_too_large(played: Played) -> None:
    at = f"/v1/returns/{played.story.contracts['early-help']}/2026-27-Q4/draft"
    huge = b'{"story": "' + b"x" * (11 * MEGABYTE) + b'"}'
    json_type = {"Content-Type": "application/json"}
    answer = write(played, COUNSELLOR, at, "PUT", content=huge, headers=json_type)
    problem(answer, 413, "body-too-large")

    def parts() -> Iterator[bytes]:
        for start in range(0, len(huge), MEGABYTE):
            yield huge[start : start + MEGABYTE]

    answer = write(played, COUNSELLOR, at, "PUT", content=parts(), headers=json_type)
    problem(answer, 413, "body-too-large")


def test_sums_that_are_no_pence(played: Played) -> None:
    at = f"/v1/funds/{played.story.fund}/years/2026-27/receipts"
    for wrong in (12.5, "1200", -1, 10**15, True, None):
        receipt = {"partner": COUNCIL, "amount_pence": wrong, "reference": "r"}
        answer = write(played, FINANCE, at, json=receipt)
        problem(answer, 422, "invalid", "/body/amount_pence")


# -- files


def sent_file(played: Played, name: str, content: bytes, kind: str = XLSX) -> httpx.Response:
    at = f"/v1/returns/{played.story.contracts['early-help']}/2026-27-Q4/file"
    return write(played, COUNSELLOR, at, files={"file": (name, content, kind)})


def template(played: Played) -> openpyxl.Workbook:
    at = f"/v1/returns/{played.story.contracts['early-help']}/template.xlsx?period=2026-27-Q4"
    answer = played.asked(COUNSELLOR, "GET", at)
    assert answer.is_success
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book: openpyxl.Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_a_formula_in_a_file(played: Played) -> None:
    table = "part,measure,period,value\nreadings,reached,2026-27-Q4,{}\n"
    for formula in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0"):
        answer = sent_file(played, "q4.csv", table.format(formula).encode(), "text/csv")
        told = problem(answer, 422, "formula-refused")
        assert "calc" not in str(told)
    book = template(played)
    book["readings"]["C2"] = "=SUM(A1:A2)"
    problem(sent_file(played, "q4.xlsx", saved(book)), 422, "formula-refused")


def test_a_spreadsheet_with_macros(played: Played) -> None:
    content = saved(template(played))
    problem(sent_file(played, "q4.xlsm", content), 422, "macros-refused")
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    problem(sent_file(played, "q4.xlsx", kept.getvalue()), 422, "macros-refused")


def test_a_file_that_cannot_be_read(played: Played) -> None:
    problem(sent_file(played, "q4.xlsx", b"PK\x03\x04 and no more"), 422, "file-unreadable")
    problem(sent_file(played, "q4.csv", b"\xff\xfe\x00", "text/csv"), 422, "file-unreadable")
    problem(sent_file(played, "q4.csv", b"no,head\n1,2\n", "text/csv"), 422, "file-unreadable")
    at = f"/v1/returns/{played.story.contracts['early-help']}/2026-27-Q4/file"
    answer = write(played, COUNSELLOR, at, files={"other": ("a.csv", b"part\n", "text/csv")})
    problem(answer, 422, "file-unreadable")


def test_wrong_cells_are_named_by_sheet_row_and_column(played: Played) -> None:
    book = template(played)
    book["readings"]["C3"] = "a dozen"
    book["budget"]["B2"] = "lots"
    answer = sent_file(played, "q4.xlsx", saved(book))
    told = problem(answer, 422, "return-has-errors")
    pointers = [fault["pointer"] for fault in told["errors"]]
    assert any("readings" in p and "3" in p and "value" in p for p in pointers), pointers
    assert any("budget" in p and "2" in p and "budget_pence" in p for p in pointers), pointers
    assert "a dozen" not in answer.text


def test_wrong_cells_of_a_table_are_named_by_row_and_column(played: Played) -> None:
    table = (
        "part,measure,period,value,numerator,denominator\n"
        "readings,reached,2026-27-Q4,124,,\n"
        "readings,safer,2026-27-Q4,fifty,,\n"
    )
    answer = sent_file(played, "q4.csv", table.encode(), "text/csv")
    told = problem(answer, 422, "return-has-errors")
    [fault] = told["errors"]
    assert "3" in fault["pointer"]
    assert "value" in fault["pointer"]
    assert "fifty" not in answer.text


def test_a_template_of_another_contract(played: Played) -> None:
    at = f"/v1/returns/{played.story.contracts['counselling']}/template.xlsx?period=2025-26-Q4"
    other = played.asked(COUNSELLOR, "GET", at)
    assert other.is_success
    problem(sent_file(played, "q4.xlsx", other.content), 422, "wrong-contract-or-period")

"""Files of notices on their way: divided, sent, and told release by release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.importing import (
    FileUnreadable,
    ImportLine,
    Summary,
    chunks,
    encoded,
    import_ocds,
    read_package,
    releases_in,
)
from services.procurement.main import PLAN
from shared.testing.houses import open_house, token


def package(count: int, width: int = 10) -> dict[str, Any]:
    return {"uri": "u", "releases": [{"id": str(n), "text": "x" * width} for n in range(count)]}


@given(st.lists(st.integers(0, 400), max_size=30), st.integers(200, 1200))
def test_a_package_is_divided_without_loss_and_within_the_limit(
    widths: list[int], most_bytes: int
) -> None:
    releases = [{"id": str(n), "text": "é" * width} for n, width in enumerate(widths)]
    whole = {"uri": "u", "releases": releases}
    parts = list(chunks(whole, most_bytes))
    assert [one for part in parts for one in part["releases"]] == releases
    assert all(part["uri"] == "u" and part["releases"] for part in parts)
    for part in parts:
        assert len(encoded(part)) <= most_bytes or len(part["releases"]) == 1


def test_a_package_is_divided_by_the_number_of_releases_too() -> None:
    assert [len(part["releases"]) for part in chunks(package(2001))] == [1000, 1000, 1]
    records: dict[str, Any] = {
        "records": [{"ocid": str(n), "releases": [{}, {}]} for n in range(400)]
    }
    parts = [sum(map(releases_in, part["records"])) for part in chunks(records)]
    assert (sum(parts), max(parts)) == (1200, 999)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "file-not-json"), (b"\xff\xfe", "file-not-json"), (b"[]", "not-a-package")],
)
def test_a_file_that_is_no_package_says_so(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "f.json"
    file.write_bytes(content)
    with pytest.raises(FileUnreadable) as caught:
        read_package(file)
    assert caught.value.code == code
    with pytest.raises(FileUnreadable):
        read_package(tmp_path / "absent.json")


async def test_real_files_come_in_once_and_a_bad_file_holds_nothing_up(
    shared_material: Path, service_database: str, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    files = [bad, *sorted((shared_material / "ocds/releases").glob("*.json"))]
    async with open_house(PLAN, service_database) as house:
        house.client.headers["Authorization"] = f"Bearer {token('c', 'p', 'commissioner')}"
        told: list[ImportLine] = []
        first = await import_ocds(house.client, files, told.append)
        assert first == Summary(
            files=5,
            outcomes={"refused": 1, "imported": 299, "identical-repeat": 30},
            processes={"award": 143, "tender": 137, "market-intelligence": 9},
        )
        assert (told[0].file, told[0].index, told[0].code) == ("bad.json", None, "not-a-package")
        assert [line.index for line in told[1:201]] == list(range(200))
        head = await house.house.log.head()
        again = await import_ocds(house.client, files, told.append)
        assert again.outcomes == {"refused": 1, "unchanged": 299, "identical-repeat": 30}
        assert await house.house.log.head() == head


async def test_a_corrected_file_is_taken_where_corrections_are_meant(
    service_database: str, tmp_path: Path
) -> None:
    file = tmp_path / "one.json"

    def say(title: str) -> None:
        release = {"ocid": "o-1", "id": "r1", "date": "2026-01-01T00:00:00Z", "tag": ["tender"],
                   "tender": {"id": "t", "title": title}}  # fmt: skip
        file.write_text(json.dumps({"releases": [release]}), encoding="utf-8")

    async with open_house(PLAN, service_database) as house:
        house.client.headers["Authorization"] = f"Bearer {token('c', 'p', 'commissioner')}"
        told: list[ImportLine] = []
        say("Counseling")
        await import_ocds(house.client, [file], told.append)
        say("Counselling")
        await import_ocds(house.client, [file], told.append)
        await import_ocds(house.client, [file], told.append, corrections=True)
        assert [line.outcome for line in told] == ["imported", "refused", "corrected"]


async def test_a_busy_platform_is_asked_again_with_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps(package(1)), encoding="utf-8")
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            return httpx.Response(503, json={"code": "busy", "detail": "Try again."})
        line = {"index": 0, "ocid": "o", "release": "0", "outcome": "unchanged", "became": "tender"}
        return httpx.Response(201, json={"lines": [line]})

    async def no_time(_: float) -> None:
        return None

    monkeypatch.setattr("goldenthread.importing.asyncio.sleep", no_time)
    async with httpx.AsyncClient(
        transport=httpx.MockTransport(answer), base_url="http://test"
    ) as client:
        told: list[ImportLine] = []
        summary = await import_ocds(client, [file], told.append, run="r1")
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert summary.processes == {"tender": 1}


async def test_a_refusal_becomes_a_line(tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps(package(1)), encoding="utf-8")
    transport = httpx.MockTransport(lambda _: httpx.Response(502, text="<html>"))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        told: list[ImportLine] = []
        await import_ocds(client, [file], told.append)
    assert [(line.outcome, line.code) for line in told] == [("refused", "status-502")]

"""Sends files of public notices to the platform, and tells what became of each release.

Sending a file again is harmless: the platform takes each release once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx
import msgspec

IMPORT = "/v1/notices/import"
MOST_BYTES = 8_000_000
MOST_RELEASES = 1_000
ATTEMPTS = 3
TRY_AGAIN = frozenset({"busy", "notice-moved-on"})

Json = dict[str, Any]


class ImportLine(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one release of a file; `index` is None for a file that was not read at all."""

    file: str
    index: int | None
    ocid: str = ""
    release: str = ""
    outcome: str
    became: str | None = None
    code: str = ""
    reason: str = ""
    defects: tuple[str, ...] = ()
    contacts_left_out: int = 0


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """How an import went: releases by outcome, processes by what they became."""

    files: int
    outcomes: dict[str, int]
    processes: dict[str, int]


class FileUnreadable(Exception):
    """A file is no OCDS package; the message is a code and a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def import_ocds(
    client: httpx.AsyncClient,
    files: Sequence[Path],
    report: Callable[[ImportLine], None],
    run: str | None = None,
    *,
    corrections: bool = False,
) -> Summary:
    """Posts file by file; `report` hears of every release in order. With `corrections` another
    content under an id known from its publisher takes the place of the one before.

    Keys come from the content and from `run`, so that a request repeated within a run is answered
    as before, and a new run hears what is unchanged.
    """
    run = run or uuid4().hex
    outcomes: Counter[str] = Counter()
    processes: dict[str, str] = {}
    for file in files:
        async for line in _file(client, file, run, corrections=corrections):
            outcomes[line.outcome] += 1
            if line.became:
                processes[line.ocid] = line.became
            report(line)
    return Summary(
        files=len(files), outcomes=dict(outcomes), processes=dict(Counter(processes.values()))
    )


async def _file(
    client: httpx.AsyncClient, file: Path, run: str, *, corrections: bool
) -> AsyncIterator[ImportLine]:
    before = 0
    try:
        for chunk in chunks(read_package(file)):
            lines = await _post(client, chunk, run, corrections=corrections)
            for line in lines:
                told = {**line, "file": file.name, "index": before + line["index"]}
                yield msgspec.convert(told, ImportLine)
            before += len(lines)
    except FileUnreadable as error:
        yield ImportLine(
            file=file.name, index=None, outcome="refused", code=error.code, reason=error.reason
        )


def read_package(file: Path) -> Json:
    """A package from its file, with or without a byte order mark. Raises FileUnreadable."""
    try:
        package: Any = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileUnreadable("file-absent", str(error.strerror)) from error
    except ValueError as error:
        raise FileUnreadable("file-not-json", "The file is not JSON in UTF-8.") from error
    if not isinstance(package, dict):
        raise FileUnreadable("not-a-package", "The file holds no OCDS package.")
    return cast("Json", package)


def chunks(package: Json, most_bytes: int = MOST_BYTES) -> Iterator[Json]:
    """The package in parts that the platform takes; each keeps the package's own description.

    Raises FileUnreadable where there is nothing to divide.
    """
    kind = next((name for name in ("releases", "records") if _is_list(package.get(name))), None)
    if kind is None:
        raise FileUnreadable("not-a-package", "The file has neither releases nor records.")
    heading = {name: value for name, value in package.items() if name not in (kind, "records")}
    room = most_bytes - len(encoded(heading)) - 32
    part: list[Any] = []
    size = count = 0
    for item in package[kind]:
        item_size, item_count = len(encoded(item)) + 1, releases_in(item)
        if part and (size + item_size > room or count + item_count > MOST_RELEASES):
            yield {**heading, kind: part}
            part, size, count = [], 0, 0
        part.append(item)
        size, count = size + item_size, count + item_count
    if part:
        yield {**heading, kind: part}


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def releases_in(item: Any) -> int:
    """How many releases a release or record counts for, at most."""
    inside: Any = cast("Json", item).get("releases") if isinstance(item, dict) else None
    return len(cast("list[Any]", inside)) + 1 if isinstance(inside, list) else 1


def encoded(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()


async def _post(
    client: httpx.AsyncClient, chunk: Json, run: str, *, corrections: bool
) -> list[Json]:
    """The lines of the answer. Raises FileUnreadable with the platform's own code."""
    content = encoded(chunk)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f"ocds-{run}-{hashlib.sha256(content).hexdigest()}",
    }
    query = {"corrections": "take" if corrections else "refuse"}
    for attempt in range(1, ATTEMPTS + 1):
        response = await client.post(IMPORT, content=content, headers=headers, params=query)
        if response.is_success:
            return response.json()["lines"]
        code, detail = problem_of(response)
        if code not in TRY_AGAIN or attempt == ATTEMPTS:
            raise FileUnreadable(code, detail)
        await asyncio.sleep(attempt)
    raise AssertionError("every attempt returns or raises")


def problem_of(response: httpx.Response) -> tuple[str, str]:
    """Code and sentence of a problem document; the status where there is none."""
    try:
        problem: Any = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return f"status-{response.status_code}", response.reason_phrase
    found = cast("Json", problem)
    return str(found.get("code", "")), str(found.get("detail", ""))

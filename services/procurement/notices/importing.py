"""Brings a package in: reads what is known, merges, keeps the records, appends all or nothing.

Safe to repeat: a release known is not taken again, and the request's id answers a second time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from services.procurement.notices.classifying import classify
from services.procurement.notices.commands import ImportNotice
from services.procurement.notices.decider import NOTICES, Known, Notice
from services.procurement.notices.events import NoticeTerms, ReleaseSeen
from services.procurement.notices.merging import Merged, merge
from services.procurement.notices.packages import (
    Line,
    Submitted,
    Unreadable,
    digest_of,
    read,
    submitted,
)
from services.procurement.notices.reconciling import digests_of, reconcile, taken_back, told
from services.procurement.notices.shapes import Json, list_of, text_of
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.published.terms import TextRef


class Package(NamedTuple):
    """Where releases come from: the hash and address of their package, and the request's id."""

    source: str
    uri: str
    importing: str
    corrections: bool


class Understood(NamedTuple):
    """One process with its new releases in it."""

    merged: Merged
    terms: NoticeTerms


async def import_package(
    handle: Handle, actor: Actor, content: Json, *, corrections: bool = False
) -> list[Line]:
    """A line for each release, in the package's order; `corrections` as in `reconcile`.

    Raises NotAPackage, PackageTooLong, NoticeMovedOn.
    """
    taken, lines = read(content)
    uri = content.get("uri")
    package = Package(
        source=digest_of(content),
        uri=uri[:300] if isinstance(uri, str) and uri.isprintable() else "",
        importing=str(handle.command_id(actor)),
        corrections=corrections,
    )
    steps: list[Step] = []
    for ocid, of_process in by_process(taken).items():
        step, said = await _process(handle, actor, package, ocid, of_process)
        lines += said
        steps += [step] if step else []
    if steps:
        await handle.together(actor, steps)
    return sorted(lines, key=lambda line: line.index)


def by_process(taken: Sequence[Submitted]) -> dict[str, list[Submitted]]:
    found: dict[str, list[Submitted]] = {}
    for one in taken:
        found.setdefault(one.ocid, []).append(one)
    return found


async def _process(
    handle: Handle, actor: Actor, package: Package, ocid: str, brought: Sequence[Submitted]
) -> tuple[Step | None, list[Line]]:
    notice = await _notice(handle, ocid)
    fresh, lines = reconcile(
        notice, brought, package.source, package.importing, corrections=package.corrections
    )
    if not fresh:
        return None, lines
    try:
        before = await _before(handle, notice)
        gone = taken_back(fresh)
        understood = understand(ocid, [*(one for one in before if one.digest not in gone), *fresh])
    except Unreadable as error:
        return None, [*lines, *(one.line("refused", error.code, error.reason) for one in fresh)]
    record = await _keep(handle, actor, understood.merged)
    lines = [told(line, understood.terms) for line in lines]
    lines += [
        told(one.line("corrected" if one.corrects else "imported"), understood.terms)
        for one in fresh
    ]
    command = ImportNotice(
        ocid=ocid,
        releases=tuple(seen(one) for one in fresh),
        merged_with=digests_of(notice.releases) if isinstance(notice, Known) else frozenset(),
        terms=understood.terms,
        source=package.source,
        package=package.uri,
        importing=package.importing,
        record=record,
        now=handle.now(),
    )
    return Step(NOTICES, ocid, command), lines


async def _notice(handle: Handle, ocid: str) -> Notice:
    try:
        return await handle.load(NOTICES, ocid)
    except Missing:
        return NOTICES.initial


async def _before(handle: Handle, notice: Notice) -> list[Submitted]:
    """The releases that came before, from the process's record. Raises Unreadable."""
    if not isinstance(notice, Known):
        return []
    text = await handle.texts.get(notice.record.text)
    if text is None or text.content is None:
        raise Unreadable("record-erased", "What came before of this process has been erased.")
    return [submitted(0, release) for release in json.loads(text.content)["releases"]]


def understand(ocid: str, releases: Sequence[Submitted]) -> Understood:
    """Raises Unreadable."""
    merged = merge(ocid, releases)
    published_at = max(one.dated for one in releases)
    return Understood(merged, classify(merged.compiled, published_at, merged.defects))


async def _keep(handle: Handle, actor: Actor, merged: Merged) -> TextRef:
    record = merged.record()
    kind = f"record of {merged.ocid} {digest_of(record)[:16]}"
    raw = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return await handle.keep_text(actor, kind, raw, "application/json")


def seen(one: Submitted) -> ReleaseSeen:
    named = [tag for tag in map(text_of, list_of(one.content.get("tag"))) if tag]
    return ReleaseSeen(
        release=one.release,
        digest=one.digest,
        dated=one.dated,
        tags=tuple(named[:16]),
        publisher=one.publisher,
        corrects=one.corrects,
    )

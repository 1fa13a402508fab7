"""Reads an OCDS package, release by release: what each is, or why it cannot be taken. Pure.

Nothing is dropped without a word: every release read comes back, as itself or as a line that says
why not. People's contact details are left out before anything is kept, and counted.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

import msgspec

from services.procurement.notices.events import NoticeKind
from services.procurement.notices.refusals import NotAPackage, PackageTooLong
from services.procurement.notices.shapes import Json, instant_of, list_of, object_of, text_of

MOST_RELEASES = 1_000
DEEPEST = 40
OCID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
RELEASE_ID = re.compile(r"\S(.{0,198}\S)?")
NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
CONTACTS = frozenset({"contactPoint", "additionalContactPoints"})
PERSONAL = frozenset({"name", "email", "telephone", "faxNumber"})

LONGEST_PUBLISHER = 100

Outcome = Literal["imported", "corrected", "unchanged", "identical-repeat", "superseded", "refused"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one release. `became` is the kind of its process, `defects` its process's."""

    index: int
    ocid: str = ""
    release: str = ""
    outcome: Outcome
    became: NoticeKind | None = None
    code: str = ""
    reason: str = ""
    defects: tuple[str, ...] = ()
    contacts_left_out: int = 0


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """A release that can be read; `content` holds no contact details any more."""

    index: int
    ocid: str
    release: str
    dated: datetime
    content: Json
    digest: str
    contacts_left_out: int
    publisher: str = ""
    corrects: str = ""

    def line(self, outcome: Outcome, code: str = "", reason: str = "") -> Line:
        return Line(
            index=self.index,
            ocid=self.ocid,
            release=self.release,
            outcome=outcome,
            code=code,
            reason=reason,
            contacts_left_out=self.contacts_left_out,
        )


class Unreadable(Exception):
    """One release cannot be taken: a code and a sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read(package: Json) -> tuple[list[Submitted], list[Line]]:
    """The releases of a package, and lines for those that cannot be taken.

    Raises NotAPackage, PackageTooLong.
    """
    taken: list[Submitted] = []
    refused: list[Line] = []
    publisher = publisher_of(package)
    for index, release in enumerate(_releases(package)):
        if index >= MOST_RELEASES:
            raise PackageTooLong
        try:
            taken.append(submitted(index, release, publisher))
        except Unreadable as error:
            refused.append(
                Line(
                    index=index,
                    ocid=_named(release, "ocid"),
                    release=_named(release, "id"),
                    outcome="refused",
                    code=error.code,
                    reason=error.reason,
                )
            )
    return taken, refused


def _releases(package: Json) -> Iterator[Any]:
    """A release package's releases; of each record those inside it, else its compiled release."""
    releases, records = package.get("releases"), package.get("records")
    if isinstance(releases, list):
        yield from list_of(releases)
    elif isinstance(records, list):
        for record in list_of(records):
            yield from _of_record(record)
    else:
        raise NotAPackage


def _of_record(record: Any) -> list[Any]:
    content = object_of(record)
    inside = list_of(content.get("releases"))
    compiled = content.get("compiledRelease")
    if compiled is not None and all(_linked(object_of(one)) for one in inside):
        return [*inside, compiled]
    return inside or [record]


def _linked(release: Json) -> bool:
    """Whether only the address of a release is given."""
    return "url" in release and "id" not in release


def _named(release: Any, key: str) -> str:
    value = object_of(release).get(key)
    return value[:200] if isinstance(value, str) and value.isprintable() else ""


def publisher_of(package: Json) -> str:
    """Who published a package: by id where there is one, else by name; empty where nobody says."""
    publisher = object_of(package.get("publisher"))
    named = [publisher.get(key) for key in ("uid", "name")]
    found = next((text for text in map(text_of, named) if text), "")
    return found[:LONGEST_PUBLISHER] if found.isprintable() else ""


def submitted(index: int, release: Any, publisher: str = "") -> Submitted:
    """A release as it can be kept. Raises Unreadable."""
    if not isinstance(release, dict):
        raise Unreadable("not-an-object", "A release is a JSON object.")
    raw = object_of(release)
    if _linked(raw):
        raise Unreadable("linked-release", "Only the address of this release is here.")
    check_storable(raw)
    ocid, release_id = raw.get("ocid"), raw.get("id")
    if not isinstance(ocid, str) or not OCID.fullmatch(ocid):
        raise Unreadable("ocid-missing", "The release names no process by a readable ocid.")
    if not isinstance(release_id, str) or not RELEASE_ID.fullmatch(release_id):
        raise Unreadable("release-id-missing", "The release has no readable id of its own.")
    dated = instant_of(raw.get("date"))
    if dated is None:
        raise Unreadable("date-missing", "A release is merged by its date, with a time zone.")
    content, left_out = without_contacts(raw)
    return Submitted(
        index=index,
        ocid=ocid,
        release=release_id,
        dated=dated,
        content=content,
        digest=digest_of(content),
        contacts_left_out=left_out,
        publisher=publisher,
    )


def check_storable(release: Json) -> None:
    """Raises Unreadable for what JSON texts and tables cannot hold or merging cannot follow."""
    waiting: list[tuple[Any, int]] = [(release, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable("too-deep", f"Nothing is nested deeper than {DEEPEST} levels.")
        if isinstance(value, str) and NO_CHARACTER.search(value):
            raise Unreadable("unreadable-text", "A text holds what is no character.")
        if isinstance(value, float) and not math.isfinite(value):
            raise Unreadable("unreadable-number", "A number is not finite.")
        content = object_of(value)
        waiting += [(key, depth) for key in content]
        waiting += [(item, depth + 1) for item in (*content.values(), *list_of(value))]


def without_contacts(value: Any) -> tuple[Any, int]:
    """The same without names, addresses and numbers of contact persons, and from how many."""
    if isinstance(value, list):
        parts = [without_contacts(item) for item in list_of(value)]
        return [item for item, _ in parts], sum(count for _, count in parts)
    if not isinstance(value, dict):
        return value, 0
    left_out = 0
    kept: Json = {}
    for key, item in object_of(value).items():
        found = _bare(item) if key in CONTACTS else without_contacts(item)
        kept[key], count = found
        left_out += count
    return kept, left_out


def _bare(points: Any) -> tuple[Any, int]:
    if isinstance(points, list):
        parts = [_bare(point) for point in list_of(points)]
        return [point for point, _ in parts], sum(count for _, count in parts)
    if points is None:
        return None, 0
    point = object_of(points)
    bare = {key: value for key, value in point.items() if key not in PERSONAL}
    return bare, int(bare != points)


def digest_of(content: Any) -> str:
    """The fingerprint of a JSON value, whatever the order of its keys."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()

"""What each release of a process changed of what was known before it. Pure.

Releases may repeat everything or bring only what is new; either way the change is the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from ocdsmerge import VersionedRelease  # pyright: ignore[reportMissingTypeStubs]
from ocdsmerge.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    DuplicateIdValueWarning,
)

from services.procurement.notices.merge_rules import MERGE_RULES
from services.procurement.notices.shapes import Json, list_of, object_of

MOST_CHANGES = 500
NOT_CHANGES = frozenset({"tag", "id", "date", "language"})


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One value that a release changed. `path` names fields by dots and members by their id, as in
    `tender.lots[2].value.amount`; None is a value that was not there or was taken away.
    """

    release: str
    dated: str
    path: str
    before: Any
    after: Any


def changes(releases: Sequence[Json]) -> list[Change]:
    """In order of time and path; what the first release said is no change. At most 500."""
    if len(releases) < 2:
        return []
    versioned: Any = VersionedRelease(merge_rules=MERGE_RULES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DuplicateIdValueWarning)
        for release in releases:
            versioned.append(release)
    first = releases[0].get("id"), releases[0].get("date")
    found = [
        change
        for path, versions in _values("", versioned.asdict())
        for change in _of_value(path, versions, first)
    ]
    return sorted(found, key=lambda one: (one.dated, one.release, one.path))[:MOST_CHANGES]


def _values(path: str, value: Any) -> Iterator[tuple[str, list[Json]]]:
    """Every value that has versions, with its path."""
    if _has_versions(value):
        yield path, [object_of(one) for one in value]
        return
    for name, item in object_of(value).items():
        if path or name not in NOT_CHANGES:
            yield from _values(f"{path}.{name}" if path else name, item)
    for n, item in enumerate(list_of(value)):
        yield from _values(f"{path}[{_name(item, n)}]", item)


def _has_versions(value: Any) -> bool:
    found = list_of(value)
    return bool(found) and all("releaseID" in object_of(one) for one in found)


def _name(item: Any, n: int) -> str:
    """The id of a list's member, or its place."""
    known = object_of(item).get("id")
    return known if isinstance(known, str) else str(n)


def _of_value(path: str, versions: Sequence[Json], first: tuple[Any, Any]) -> Iterator[Change]:
    before: Any = None
    for version in versions:
        after = version.get("value")
        if (version.get("releaseID"), version.get("releaseDate")) != first and before != after:
            yield Change(
                release=str(version.get("releaseID")),
                dated=str(version.get("releaseDate")),
                path=path,
                before=before,
                after=after,
            )
        before = after

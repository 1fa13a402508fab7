"""Merges the releases of one process into its compiled release, by the rules of OCDS 1.1. Pure.

Law: the result is that of the field's own library (`ocdsmerge` with the whole schema), whatever
order the releases come in and however often; a test compares. Written out because all processes
are compiled at once for the bulk file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from services.gateway.public_record.pieces import Json

WHOLE = frozenset({"roles", "additionalIdentifiers", "relationship", "specialRegime", "criteria"})
"""Lists a later release replaces whole; every other list of objects merges by their ids."""
OMITTED = frozenset({"id", "date", "tag", "ocid"})


def compiled(releases: Iterable[Json]) -> Json:
    """The state of a process after its releases, of which each counts once. At least one."""
    once = {release["id"]: release for release in releases}
    ordered = sorted(once.values(), key=lambda release: release["date"])
    last = ordered[-1]
    merged: Json = {}
    for release in ordered:
        for name, value in release.items():
            if name not in OMITTED:
                _put(merged, name, value)
    whole: Json = {
        "tag": ["compiled"],
        "id": f"{last['ocid']}-{last['date']}",
        "date": last["date"],
        "ocid": last["ocid"],
    }
    return whole | merged


def _put(target: Json, name: str, value: Any) -> None:
    if value is None:
        target.pop(name, None)
    elif isinstance(value, dict):
        _put_fields(target, name, cast(Json, value))
    elif isinstance(value, list) and value and name not in WHOLE:
        items = cast(list[Any], value)
        if isinstance(items[0], dict):
            _put_items(target, name, items)
        else:
            target[name] = items
    else:
        target[name] = value


def _put_fields(target: Json, name: str, value: Json) -> None:
    """An object none of whose fields is left is not there."""
    before = target.get(name)
    inner = cast(Json, before) if isinstance(before, dict) else {}
    for key, part in value.items():
        _put(inner, key, part)
    if inner:
        target[name] = inner
    else:
        target.pop(name, None)


def _put_items(target: Json, name: str, value: list[Json]) -> None:
    known: list[Json] = target.setdefault(name, [])
    places = {item["id"]: item for item in known}
    for item in value:
        if item["id"] not in places:
            known.append({})
            places[item["id"]] = known[-1]
        merged = places[item["id"]]
        for key, part in item.items():
            _put(merged, key, part)

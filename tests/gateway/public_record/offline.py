"""Holds packages against the schema of OCDS 1.1.5 with the UK's extensions, without a network.

The material lies beside the project, as the tests of imports have it. Beyond the schema this looks
at what a validator reports apart: values outside closed lists, extensions that are not there, and
fields that no schema knows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft4Validator, FormatChecker

Json = dict[str, Any]
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FORMATS = FormatChecker()
ROLES = frozenset(
    {"buyer", "procuringEntity", "supplier", "tenderer", "funder", "payer", "payee",
     "interestedParty"}
)  # fmt: skip


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    return not isinstance(value, str) or RFC_3339.fullmatch(value) is not None


def schema(material: Path) -> Json:
    """The schema with the extensions patched in, as the material has it."""
    return json.loads((material / "ocds/bundle/release-schema-1.1.5-fts-metrics.json").read_text())


def faults(release: Json, known: Json) -> list[str]:
    """Every way in which a release is not as the schema has it."""
    validator: Any = Draft4Validator(known, format_checker=FORMATS)
    found = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(release)]
    found += [f"unknown field {path}" for path in unknown(release, known, known)]
    found += [f"id twice in {path}" for path in doubled(release, "")]
    found += [
        f"role {role}" for party in release.get("parties", ()) for role in party["roles"]
        if role not in ROLES
    ]  # fmt: skip
    return found


def unknown(value: Any, part: Json, whole: Json, path: str = "") -> Iterator[str]:
    """The paths of fields for which the schema has no name."""
    part = resolved(part, whole)
    if isinstance(value, list):
        for item in cast(list[Any], value):
            yield from unknown(item, part.get("items", {}), whole, path)
    elif isinstance(value, dict) and "properties" in part:
        for name, inner in cast(Json, value).items():
            if name in part["properties"]:
                yield from unknown(inner, part["properties"][name], whole, f"{path}/{name}")
            else:
                yield f"{path}/{name}"


def resolved(part: Json, whole: Json) -> Json:
    while "$ref" in part:
        found = whole
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def doubled(value: Any, path: str) -> Iterator[str]:
    """The paths of lists in which two objects have one id."""
    if isinstance(value, list):
        items = cast(list[Any], value)
        ids = [str(cast(Json, one)["id"]) for one in items if isinstance(one, dict) and "id" in one]
        if len(ids) != len(set(ids)):
            yield path
        for item in items:
            yield from doubled(item, path)
    elif isinstance(value, dict):
        for name, inner in cast(Json, value).items():
            yield from doubled(inner, f"{path}/{name}")


def extension_is_there(address: str, material: Path) -> bool:
    """Whether the extension an address names lies in the material."""
    name = "eu" if "profiles/eu" in address else address.split("/")[4]
    return (material / "ocds/bundle/extensions" / name / "extension.json").is_file()

"""What a change of the partner contract would break for whoever hears it today.

Law: within a version a reader loses nothing: an event, a property or a certainty once given stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def broken(released: Document, present: Document) -> list[str]:
    """Every way in which today's documents do not keep what the released ones promised."""
    before, after = released["components"], present["components"]
    found: list[str] = []
    for type, message in before["messages"].items():
        if type not in after["messages"]:
            found.append(f"{type} is gone")
        elif after["messages"][type]["payload"] != message["payload"]:
            found.append(f"{type} has another payload")
    for name, schema in before["schemas"].items():
        if name not in after["schemas"]:
            found.append(f"{name} is gone")
        else:
            found += _changed(name, schema, after["schemas"][name])
    return found


def _changed(where: str, before: Document, after: Document) -> Iterator[str]:
    if "properties" in before:
        yield from _properties(where, before, after)
    if "enum" in before:
        yield from _words(where, before, after)
    if "items" in before:
        yield from _changed(f"{where}[]", before["items"], after.get("items", {}))
    if isinstance(before.get("additionalProperties"), dict):
        inner = after.get("additionalProperties")
        yield from _changed(
            f"{where}{{}}",
            before["additionalProperties"],
            inner if isinstance(inner, dict) else {},  # pyright: ignore[reportUnknownArgumentType]
        )
    if _options(before) != _options(after):
        yield f"{where} may be something else"
    for word in ("type", "format", "pattern", "$ref", "minimum", "maximum", "default"):
        if before.get(word) != after.get(word):
            yield f"{where}: {word} is {after.get(word)!r} and was {before.get(word)!r}"


def _options(schema: Document) -> list[str]:
    return sorted(str(option) for option in schema.get("anyOf", ()))


def _properties(where: str, before: Document, after: Document) -> Iterator[str]:
    have: Document = after.get("properties", {})
    for name, schema in before["properties"].items():
        if name not in have:
            yield f"{where}.{name} is gone"
        else:
            yield from _changed(f"{where}.{name}", schema, have[name])
    always, now = set(before.get("required", ())), set(after.get("required", ()))
    for name in sorted(now - always):
        yield f"{where}.{name} must be there, and is missing in what was already sent"
    for name in sorted(always - now):
        yield f"{where}.{name} may now be missing"


def _words(where: str, before: Document, after: Document) -> Iterator[str]:
    gone = set(before["enum"]) - set(after.get("enum", ()))
    new = set(after.get("enum", ())) - set(before["enum"])
    if gone:
        yield f"{where} can no longer be {sorted(gone)}"
    if new and not before.get("x-may-grow"):
        yield f"{where} can now be {sorted(new)}, and nobody was told to expect it"

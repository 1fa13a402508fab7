"""Many things by name, kept on shelves: to add one is to copy its shelf and none of the others.

Law: a name's shelf is computed from the name alone, so the same things always lie the same way.
"""

from __future__ import annotations

from typing import TypeAlias, TypeVar
from zlib import crc32

T = TypeVar("T")

SHELVES = 256
Shelves: TypeAlias = dict[str, dict[str, T]]


def _shelf(name: str) -> str:
    return str(crc32(name.encode()) % SHELVES)


def found(shelves: Shelves[T], name: str) -> T | None:
    shelf = shelves.get(_shelf(name))
    return None if shelf is None else shelf.get(name)


def placed(shelves: Shelves[T], name: str, thing: T) -> Shelves[T]:
    """The shelves with one more thing, or another in its place."""
    at = _shelf(name)
    return shelves | {at: shelves.get(at, {}) | {name: thing}}

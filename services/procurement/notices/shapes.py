"""Reads JSON of which nothing is promised: each reading gives the shape asked for, or its zero."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

Json = dict[str, Any]

LONGEST_TEXT = 300
EARLIEST_YEAR = 1900
LATEST_YEAR = 2200


def object_of(value: Any) -> Json:
    """The object, or one without members."""
    return cast("Json", value) if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The list, or an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def objects_of(value: Any) -> list[Json]:
    """The objects in a list; nothing else in it."""
    return [object_of(item) for item in list_of(value) if isinstance(item, dict)]


def text_of(value: Any) -> str:
    """The text without white space around it, cut to a length that fits a title."""
    return value.strip()[:LONGEST_TEXT] if isinstance(value, str) else ""


def instant_of(value: Any) -> datetime | None:
    """An aware time of these centuries; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo and EARLIEST_YEAR <= at.year <= LATEST_YEAR else None

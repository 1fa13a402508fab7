"""Logs as lines of JSON. An exception shows its type and where it arose, never its message.

Messages of exceptions carry values: a database names the row it refused, a parser what it read.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from opentelemetry import trace

Entry = MutableMapping[str, Any]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def _where_it_arose(_: object, __: str, entry: Entry) -> Entry:
    given = entry.pop("exc_info", None)
    found: ExcInfo | tuple[None, None, None] = (None, None, None)
    if isinstance(given, BaseException):
        found = (type(given), given, given.__traceback__)
    elif given:
        found = sys.exc_info()
    if found[0] is not None:
        frames = traceback.extract_tb(found[2])[-8:]
        entry["exception"] = found[0].__name__
        entry["frames"] = [f"{frame.name}:{frame.lineno}" for frame in frames]
    return entry


def _trace(_: object, __: str, entry: Entry) -> Entry:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace"] = format(context.trace_id, "032x")
    return entry


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    return structlog.PrintLogger(sys.stderr)


def configure(service: str, level: int = logging.INFO) -> None:
    """Sends this process's structured logs to standard error, one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            _where_it_arose,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)

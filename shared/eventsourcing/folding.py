"""Folding events into rows in memory: all that a page does to a view before anything is written.

Law: an event is decoded once; one that cannot be folded blocks its key and no other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NamedTuple

import msgspec
import structlog

from shared.eventsourcing.codec import Codec, NewerVersion
from shared.eventsourcing.events import Envelope, Recorded
from shared.eventsourcing.parking import Parked
from shared.eventsourcing.row_tables import ViewTables, as_json
from shared.eventsourcing.subscriptions import Numbered
from shared.eventsourcing.views import R, View, parted

logger = structlog.get_logger(__name__)


class Due(NamedTuple):
    """An event and the key it belongs to; without `recorded`, `failure` says why it has none."""

    number: int
    key: str
    envelope: Envelope
    recorded: Recorded | None
    failure: str = ""


@dataclass
class Work(Generic[R]):
    """What folding has come to: the rows touched, and what they emitted since it was written."""

    rows: dict[str, R | None]
    touched: set[str] = field(default_factory=set[str])
    lines: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    history: list[tuple[str, int, datetime, str]] = field(
        default_factory=list[tuple[str, int, datetime, str]]
    )


class Folding(Generic[R]):
    """One view's fold, from envelopes to rows, lines and history as its tables take them."""

    def __init__(self, view: View[R], tables: ViewTables[R]) -> None:
        self._view = view
        self._tables = tables
        self._codec = Codec(view.events)

    def concerned(self, numbered: Iterable[Numbered]) -> bool:
        """Whether the page holds anything of this view's types. Raises NewerVersion."""
        return any(self._codec.knows(envelope.type) for _, envelope in numbered)

    def due(self, numbered: Iterable[Numbered], skipped: Collection[int]) -> list[Due]:
        """The events this view is about, each with its key. Raises NewerVersion."""
        knows = self._codec.knows
        found = (
            self._opened(number, envelope)
            for number, envelope in numbered
            if knows(envelope.type) and number not in skipped
        )
        return [due for due in found if due is not None]

    def again(self, key: str, numbered: Iterable[Numbered]) -> list[Due]:
        """Events that were parked under a key, which they keep."""
        found = (self._opened(number, envelope) for number, envelope in numbered)
        return [due._replace(key=key) for due in found if due is not None]

    def _opened(self, number: int, envelope: Envelope) -> Due | None:
        """What cannot even be opened belongs to its partition, which it will block."""
        try:
            recorded = self._codec.open(envelope)
            key = self._view.key(recorded)
        except NewerVersion:
            raise
        except Exception as error:
            logger.exception("no-fold-key", view=self._tables.name, position=envelope.position)
            return Due(number, envelope.partition_key, envelope, None, why(error))
        return None if key is None else Due(number, key, envelope, recorded)

    def fold(self, work: Work[R], due: Iterable[Due], blocked: set[str]) -> list[Parked]:
        """Folds in order; a key that fails is blocked, and what follows of it parks with it."""
        parked: list[Parked] = []
        for item in due:
            reason = "behind an earlier event" if item.key in blocked else self._fold(work, item)
            if reason:
                blocked.add(item.key)
                parked.append(Parked(item.number, item.key, item.envelope, reason))
        return parked

    def _fold(self, work: Work[R], due: Due) -> str:
        """Folds one event into the work; returns why it could not, or nothing."""
        if due.recorded is None:
            return due.failure
        try:
            row, lines = parted(self._view.fold(work.rows.get(due.key), due.recorded))
            row = None if row is None else self._tables.rows.as_stored(row)
        except Exception as error:
            logger.exception("event-parked", view=self._tables.name, key=due.key, number=due.number)
            return why(error)
        self._keep(work, due, row, lines)
        return ""

    def _keep(
        self, work: Work[R], due: Due, row: R | None, lines: Sequence[msgspec.Struct]
    ) -> None:
        key, number, at = due.key, due.number, due.envelope.recorded_at
        if self._view.history and row != work.rows.get(key):
            work.history.append((key, number, at, as_json(row)))
        work.rows[key] = row
        work.touched.add(key)
        if lines and self._tables.lines:
            record = self._tables.lines.record
            work.lines += [(key, number, n, at, *record(line)) for n, line in enumerate(lines)]


def why(error: Exception) -> str:
    """The reason kept with a parked event; a NUL, for one, no table could keep."""
    return f"{type(error).__name__}: {error}"[:500].replace("\0", "")

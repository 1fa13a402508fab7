"""A market analysis as it stands."""

from __future__ import annotations

from datetime import date

import msgspec
from msgspec.structs import replace

from services.needs.markets.decider import MARKET
from services.needs.markets.events import (
    MarketActionDone,
    MarketEntryRemoved,
    MarketEntryWritten,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of


class MarketLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that stands; an action may be done."""

    written: MarketEntryWritten
    done_on: date | None = None


class MarketRow(Row, frozen=True, kw_only=True):
    entries: tuple[MarketLine, ...] = ()
    version: int = 0


def fold(row: MarketRow | None, recorded: Recorded) -> MarketRow | None:
    """The row after one more event."""
    changed = _changed(row or MarketRow(), recorded.event)
    return replace(changed, version=recorded.envelope.version)


def _changed(row: MarketRow, event: object) -> MarketRow:
    match event:
        case MarketEntryWritten():
            return replace(row, entries=(*row.entries, MarketLine(written=event)))
        case MarketEntryRemoved():
            left = tuple(one for one in row.entries if one.written.entry != event.entry)
            return replace(row, entries=left)
        case MarketActionDone():
            entries = tuple(
                replace(one, done_on=event.done_on) if one.written.entry == event.entry else one
                for one in row.entries
            )
            return replace(row, entries=entries)
        case _:
            return row


MARKETS: View[MarketRow] = View(
    name="markets",
    source="needs",
    row=MarketRow,
    events=MARKET.events,
    key=subject_of,
    fold=fold,
)

"""What stands beside a contract's figures, as it is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.monitoring.report_cards.decider import CARDS
from services.monitoring.report_cards.events import (
    CardActionDone,
    CardAgreed,
    CardEntryRemoved,
    CardEntryWritten,
)
from shared.entries.rules import CHEAP
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import ContractId, Period, PersonId

Lack = Literal["partner", "low-cost-idea", "action"]


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that stands; `at` is when its words were written."""

    written: CardEntryWritten
    at: datetime
    done_on: date | None = None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """`current` until something on the card changes."""

    period: Period
    agreed_by: PersonId
    at: datetime
    current: bool = True


class CardRow(Row, frozen=True, kw_only=True):
    contract: ContractId
    entries: tuple[EntryLine, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    version: int = 0


def lacking(row: CardRow | None) -> list[Lack]:
    """What a whole card still needs."""
    entries = row.entries if row else ()
    found: list[Lack] = []
    if not any(one.written.section == "partner" for one in entries):
        found.append("partner")
    if not any(one.written.cost in CHEAP for one in entries):
        found.append("low-cost-idea")
    if not any(one.written.section == "action" and one.done_on is None for one in entries):
        found.append("action")
    return found


def fold(row: CardRow | None, recorded: Recorded) -> CardRow | None:
    """The row after one more event of its card."""
    row = row or CardRow(contract=recorded.subject)
    row = replace(_changed(row, recorded), version=recorded.envelope.version)
    if isinstance(recorded.event, CardAgreed):
        return row
    return replace(row, agreements=tuple(replace(one, current=False) for one in row.agreements))


def _changed(row: CardRow, recorded: Recorded) -> CardRow:
    at = recorded.recorded_at
    match recorded.event:
        case CardEntryWritten() as written:
            before = {one.written.entry: one for one in row.entries}
            old = before.get(written.entry)
            line = EntryLine(written=written, at=at, done_on=old.done_on if old else None)
            return replace(row, entries=tuple({**before, written.entry: line}.values()))
        case CardEntryRemoved() as removed:
            left = tuple(one for one in row.entries if one.written.entry != removed.entry)
            return replace(row, entries=left)
        case CardActionDone() as done:
            entries = tuple(
                replace(one, done_on=done.done_on) if one.written.entry == done.entry else one
                for one in row.entries
            )
            return replace(row, entries=entries)
        case CardAgreed() as agreed:
            others = tuple(one for one in row.agreements if one.period != agreed.period)
            made = Agreement(period=agreed.period, agreed_by=agreed.agreed_by, at=at)
            return replace(row, agreements=(*others, made))
        case _:
            return row


CARD_ROWS: View[CardRow] = View(
    name="report_cards",
    source="monitoring",
    row=CardRow,
    events=CARDS.events,
    key=subject_of,
    fold=fold,
    history=True,
)

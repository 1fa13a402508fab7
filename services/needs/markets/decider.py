"""The rules of a market analysis. Pure: no clock, no I/O, no chance.

Law: an action and nothing else has an owner and a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.markets.commands import (
    CompleteMarketAction,
    MarketCommand,
    RemoveMarketEntry,
    WriteMarketEntry,
)
from services.needs.markets.events import (
    MarketActionDone,
    MarketEntryRemoved,
    MarketEntryWritten,
    MarketEvent,
)
from shared.entries.refusals import (
    ActionUnclear,
    AlreadyDone,
    DoneLater,
    EntryUnknown,
    NotAnAction,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider


class Market(msgspec.Struct, frozen=True, kw_only=True):
    """The entries that stand, and which actions are done."""

    entries: dict[str, MarketEntryWritten] = {}
    done: frozenset[str] = frozenset()

    def standing(self, entry: str) -> MarketEntryWritten:
        """Raises EntryUnknown."""
        found = self.entries.get(entry)
        if found is None:
            raise EntryUnknown
        return found


def decide(command: MarketCommand, market: Market) -> Sequence[MarketEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case WriteMarketEntry():
            return [_write(command)]
        case RemoveMarketEntry():
            market.standing(command.entry)
            return [MarketEntryRemoved(entry=command.entry, removed_by=command.removed_by)]
        case CompleteMarketAction():
            return [_complete(command, market)]


def _write(command: WriteMarketEntry) -> MarketEntryWritten:
    """Refuses: ActionUnclear."""
    is_action = command.section == "action"
    if bool(command.owner) != is_action or (command.due_on is not None) != is_action:
        raise ActionUnclear
    return MarketEntryWritten(
        partnership=command.partnership,
        entry=command.entry,
        section=command.section,
        service=command.service,
        text=command.text,
        owner=command.owner,
        due_on=command.due_on,
        agency=command.agency,
        written_by=command.written_by,
    )


def _complete(command: CompleteMarketAction, market: Market) -> MarketActionDone:
    """Refuses: EntryUnknown, NotAnAction, AlreadyDone, DoneLater."""
    if market.standing(command.entry).section != "action":
        raise NotAnAction
    if command.entry in market.done:
        raise AlreadyDone
    if command.done_on > london_date(command.now):
        raise DoneLater
    return MarketActionDone(
        entry=command.entry, done_on=command.done_on, marked_by=command.marked_by
    )


def evolve(market: Market, event: MarketEvent) -> Market:
    """The market after one more fact."""
    match event:
        case MarketEntryWritten():
            return replace(market, entries={**market.entries, event.entry: event})
        case MarketEntryRemoved():
            left = {key: one for key, one in market.entries.items() if key != event.entry}
            return replace(market, entries=left, done=market.done - {event.entry})
        case MarketActionDone():
            return replace(market, done=market.done | {event.entry})


MARKET: Decider[MarketCommand, Market, MarketEvent] = Decider(
    category="market",
    initial=Market(),
    decide=decide,
    evolve=evolve,
    events=get_args(MarketEvent),
)

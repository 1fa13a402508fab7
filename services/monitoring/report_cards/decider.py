"""The rules of what stands beside a contract's figures. Pure: no clock, no I/O, no chance.

Law: no card is agreed without an idea that costs nothing or little, and something still to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.report_cards.commands import (
    AgreeCard,
    CardCommand,
    CompleteAction,
    RemoveEntry,
    WriteEntry,
)
from services.monitoring.report_cards.events import (
    CardActionDone,
    CardAgreed,
    CardEntryRemoved,
    CardEntryWritten,
    CardEvent,
)
from services.monitoring.report_cards.refusals import (
    ActionMissing,
    LowCostIdeaMissing,
    NothingChanged,
)
from shared.entries.rules import CHEAP, check_done, check_written, standing
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.terms import Period


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """The entries that stand, what is done of them, and the periods agreed as they now stand."""

    entries: dict[str, CardEntryWritten] = {}
    done: frozenset[str] = frozenset()
    agreed: frozenset[Period] = frozenset()


def decide(command: CardCommand, card: Card) -> Sequence[CardEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case WriteEntry():
            return [_write(command, card)]
        case RemoveEntry():
            standing(card.entries, command.entry)
            return [
                CardEntryRemoved(
                    contract=command.contract, entry=command.entry, removed_by=command.removed_by
                )
            ]
        case CompleteAction():
            return [_complete(command, card)]
        case AgreeCard():
            return [_agree(command, card)]


def _write(command: WriteEntry, card: Card) -> CardEvent:
    """Refuses: EntryUnknown, SectionFixed, CostUnclear, ActionUnclear."""
    check_written(command, None if command.new else standing(card.entries, command.entry))
    return CardEntryWritten(
        contract=command.contract,
        entry=command.entry,
        section=command.section,
        text=command.text,
        cost=command.cost,
        owner=command.owner,
        due_on=command.due_on,
        agency=command.agency,
        written_by=command.written_by,
    )


def _complete(command: CompleteAction, card: Card) -> CardEvent:
    """Refuses: EntryUnknown, NotAnAction, AlreadyDone, DoneLater."""
    check_done(
        standing(card.entries, command.entry),
        command.done_on,
        london_date(command.now),
        already=command.entry in card.done,
    )
    return CardActionDone(
        contract=command.contract,
        entry=command.entry,
        done_on=command.done_on,
        marked_by=command.marked_by,
    )


def _agree(command: AgreeCard, card: Card) -> CardEvent:
    """Refuses: LowCostIdeaMissing, ActionMissing, NothingChanged."""
    if not any(one.cost in CHEAP for one in card.entries.values()):
        raise LowCostIdeaMissing
    to_do = (key for key, one in card.entries.items() if one.section == "action")
    if all(key in card.done for key in to_do):
        raise ActionMissing
    if command.period in card.agreed:
        raise NothingChanged
    return CardAgreed(
        contract=command.contract,
        period=command.period,
        entries=tuple(card.entries),
        agreed_by=command.agreed_by,
    )


def evolve(card: Card, event: CardEvent) -> Card:
    """The card after one more fact; what changes it takes every agreement back."""
    match event:
        case CardEntryWritten():
            entries = {**card.entries, event.entry: event}
            return replace(card, entries=entries, agreed=frozenset())
        case CardEntryRemoved():
            left = {key: one for key, one in card.entries.items() if key != event.entry}
            return replace(card, entries=left, done=card.done - {event.entry}, agreed=frozenset())
        case CardActionDone():
            return replace(card, done=card.done | {event.entry}, agreed=frozenset())
        case CardAgreed():
            return replace(card, agreed=card.agreed | {event.period})


CARDS: Decider[CardCommand, Card, CardEvent] = Decider(
    category="report-card",
    initial=Card(),
    decide=decide,
    evolve=evolve,
    events=get_args(CardEvent),
)

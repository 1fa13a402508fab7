"""The rules of turning an outcome's curve. Pure: no clock, no I/O, no chance.

Law: an idea says what it costs, an action whose it is and by when; an aim lies ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.curves.commands import (
    CompleteCurveAction,
    CurveCommand,
    RemoveCurveEntry,
    SetCurveAim,
    WriteCurveEntry,
)
from services.needs.curves.events import (
    CurveActionDone,
    CurveAimSet,
    CurveEntryRemoved,
    CurveEntryWritten,
    CurveEvent,
)
from services.needs.curves.refusals import AimInPast
from shared.entries.rules import check_done, check_written, standing
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The entries that stand, and what is done of them."""

    entries: dict[str, CurveEntryWritten] = {}
    done: frozenset[str] = frozenset()


def decide(command: CurveCommand, curve: Curve) -> Sequence[CurveEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case WriteCurveEntry():
            return [_write(command, curve)]
        case RemoveCurveEntry():
            standing(curve.entries, command.entry)
            return [
                CurveEntryRemoved(
                    partnership=command.partnership,
                    outcome=command.outcome,
                    entry=command.entry,
                    removed_by=command.removed_by,
                )
            ]
        case CompleteCurveAction():
            return [_complete(command, curve)]
        case SetCurveAim():
            return [_aim(command)]


def _write(command: WriteCurveEntry, curve: Curve) -> CurveEvent:
    """Refuses: EntryUnknown, SectionFixed, CostUnclear, ActionUnclear."""
    check_written(command, None if command.new else standing(curve.entries, command.entry))
    return CurveEntryWritten(
        partnership=command.partnership,
        outcome=command.outcome,
        entry=command.entry,
        section=command.section,
        text=command.text,
        cost=command.cost,
        owner=command.owner,
        due_on=command.due_on,
        agency=command.agency,
        written_by=command.written_by,
    )


def _complete(command: CompleteCurveAction, curve: Curve) -> CurveEvent:
    """Refuses: EntryUnknown, NotAnAction, AlreadyDone, DoneLater."""
    check_done(
        standing(curve.entries, command.entry),
        command.done_on,
        london_date(command.now),
        already=command.entry in curve.done,
    )
    return CurveActionDone(
        partnership=command.partnership,
        outcome=command.outcome,
        entry=command.entry,
        done_on=command.done_on,
        marked_by=command.marked_by,
    )


def _aim(command: SetCurveAim) -> CurveEvent:
    """Refuses: AimInPast. Periods sort as they are written."""
    if command.by_period <= command.last_period:
        raise AimInPast
    return CurveAimSet(
        partnership=command.partnership,
        outcome=command.outcome,
        indicator=command.indicator,
        target=command.target,
        by_period=command.by_period,
        set_by=command.set_by,
    )


def evolve(curve: Curve, event: CurveEvent) -> Curve:
    """The curve after one more fact."""
    match event:
        case CurveEntryWritten():
            entries = {**curve.entries, event.entry: event}
            return replace(curve, entries=entries)
        case CurveEntryRemoved():
            left = {key: one for key, one in curve.entries.items() if key != event.entry}
            return replace(curve, entries=left, done=curve.done - {event.entry})
        case CurveActionDone():
            return replace(curve, done=curve.done | {event.entry})
        case CurveAimSet():
            return curve


CURVES: Decider[CurveCommand, Curve, CurveEvent] = Decider(
    category="curve",
    initial=Curve(),
    decide=decide,
    evolve=evolve,
    events=get_args(CurveEvent),
)

"""The rules of a framework. Pure: no clock, no I/O, no chance.

Law: the board adopts a draft as it stood when it decided; what was adopted does not change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.needs.frameworks.commands import (
    AdoptFramework,
    DraftFramework,
    FrameworkCommand,
    RemoveFrameworkEntry,
    StateFlexibility,
    StateLevel,
    WriteStatement,
)
from services.needs.frameworks.events import (
    Entry,
    FlexibilityStated,
    FrameworkAdopted,
    FrameworkDrafted,
    FrameworkEntryRemoved,
    FrameworkEvent,
    LevelStated,
    StatementWritten,
)
from services.needs.frameworks.refusals import (
    DraftBegun,
    FlexibilityUnclear,
    FrameworkEntryUnknown,
    FrameworkFull,
    FrameworkIncomplete,
    FrameworkNotDecided,
    InForceTooEarly,
    LeadNotPartner,
    LevelStatedBefore,
    NoFrameworkDraft,
)
from services.needs.frameworks.state import Framework, evolve, lacking
from shared.eventsourcing.decider import Decider

MOST_ENTRIES = 200


def decide(command: FrameworkCommand, framework: Framework) -> Sequence[FrameworkEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case DraftFramework():
            if framework.drafting:
                raise DraftBegun
            return [
                FrameworkDrafted(
                    partnership=command.partnership,
                    number=framework.number + 1,
                    drafted_by=command.drafted_by,
                )
            ]
        case WriteStatement() | StateLevel() | StateFlexibility():
            _drafting(framework)
            if len(framework.entries) >= MOST_ENTRIES:
                raise FrameworkFull
            return [_entry(command, framework)]
        case RemoveFrameworkEntry():
            _drafting(framework)
            if command.entry not in {one.entry for one in framework.entries}:
                raise FrameworkEntryUnknown
            return [FrameworkEntryRemoved(entry=command.entry, removed_by=command.removed_by)]
        case AdoptFramework():
            return [_adopt(command, framework)]


def _drafting(framework: Framework) -> None:
    """Refuses: NoFrameworkDraft."""
    if not framework.drafting:
        raise NoFrameworkDraft


def _entry(command: WriteStatement | StateLevel | StateFlexibility, framework: Framework) -> Entry:
    """Refuses: LevelStatedBefore, FlexibilityUnclear, LeadNotPartner."""
    match command:
        case WriteStatement():
            return StatementWritten(
                entry=command.entry,
                section=command.section,
                text=command.text,
                written_by=command.written_by,
            )
        case StateLevel():
            levels = [one for one in framework.entries if isinstance(one, LevelStated)]
            if command.service.casefold() in {one.service.casefold() for one in levels}:
                raise LevelStatedBefore(pointer="/body/service")
            return LevelStated(
                entry=command.entry,
                service=command.service,
                level=command.level,
                reason=command.reason,
                written_by=command.written_by,
            )
        case StateFlexibility():
            return _flexibility(command)


def _flexibility(command: StateFlexibility) -> FlexibilityStated:
    """Refuses: FlexibilityUnclear, LeadNotPartner."""
    concerned = {
        "pooled-budget": command.fund,
        "lead-commissioning": command.lead,
        "integrated-provision": command.provider,
    }
    named = {use for use, one in concerned.items() if one}
    if not named or named != set(command.uses) or len(command.uses) != len(named):
        raise FlexibilityUnclear(pointer="/body/uses")
    if command.lead and not command.partner:
        raise LeadNotPartner(pointer="/body/lead")
    return FlexibilityStated(
        entry=command.entry,
        service=command.service,
        uses=command.uses,
        fund=command.fund,
        lead=command.lead,
        provider=command.provider,
        written_by=command.written_by,
    )


def _adopt(command: AdoptFramework, framework: Framework) -> FrameworkAdopted:
    """Refuses: NoFrameworkDraft, FrameworkIncomplete, FrameworkNotDecided, InForceTooEarly."""
    _drafting(framework)
    if missing := lacking(framework.entries):
        raise FrameworkIncomplete(f"Write what the draft lacks: {', '.join(missing)}.")
    if command.decided_on is None or command.about != framework.about:
        raise FrameworkNotDecided
    before = framework.in_force_from
    early = before is not None and command.in_force_from <= before
    if early or command.in_force_from < command.decided_on:
        raise InForceTooEarly(pointer="/body/in_force_from")
    return FrameworkAdopted(
        number=framework.number,
        revision=framework.revision,
        decision=command.decision,
        in_force_from=command.in_force_from,
        recorded_by=command.recorded_by,
    )


FRAMEWORK: Decider[FrameworkCommand, Framework, FrameworkEvent] = Decider(
    category="framework",
    initial=Framework(),
    decide=decide,
    evolve=evolve,
    events=get_args(FrameworkEvent),
)

"""The rules of quality assurance. Pure: no clock, no I/O, no chance.

Law: who monitors, made or provides an arrangement does not assure it; a look answers every standard
that applies, and what is not met stays open until a later look finds it met. Source: Sunderland
Children's Trust, Commissioner's Handbook 2008, activities three and four.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.assurances.commands import (
    AgreeRemedy,
    AssuranceCommand,
    LookAtArrangement,
    MarkRemedy,
    SetStandard,
    WithdrawStandard,
)
from services.needs.assurances.events import (
    ArrangementLookedAt,
    AssuranceEvent,
    RemedyAgreed,
    RemedyMade,
    StandardSet,
    StandardWithdrawn,
)
from services.needs.assurances.refusals import (
    ArrangementOver,
    ArrangementUnknown,
    DueTooEarly,
    FindingUnexplained,
    LookedTooEarly,
    LooksAtOwn,
    NothingToRemedy,
    OwnerNotPartner,
    RemedyNotOpen,
    StandardSetBefore,
    StandardsFull,
    StandardsUnanswered,
    StandardUnknown,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider

MOST_STANDARDS = 50


class Assurance(msgspec.Struct, frozen=True, kw_only=True):
    """`standards` are those asked for now; `short` what last looks found short, as arrangement
    and standard; `looked_on` the day of each arrangement's last look; `open` the remedies to do.
    """

    standards: dict[str, StandardSet] = {}
    short: frozenset[tuple[str, str]] = frozenset()
    looked_on: dict[str, date] = {}
    open: frozenset[str] = frozenset()


def decide(command: AssuranceCommand, assurance: Assurance) -> Sequence[AssuranceEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case SetStandard():
            return [_set(command, assurance)]
        case WithdrawStandard():
            if command.standard not in assurance.standards:
                raise StandardUnknown
            return [
                StandardWithdrawn(
                    standard=command.standard,
                    withdrawn_on=london_date(command.now),
                    withdrawn_by=command.withdrawn_by,
                )
            ]
        case LookAtArrangement():
            return [_look(command, assurance)]
        case AgreeRemedy():
            return [_agree(command, assurance)]
        case MarkRemedy():
            if command.remedy not in assurance.open:
                raise RemedyNotOpen
            return [
                RemedyMade(
                    remedy=command.remedy,
                    done_on=london_date(command.now),
                    marked_by=command.marked_by,
                )
            ]


def _set(command: SetStandard, assurance: Assurance) -> StandardSet:
    """Refuses: StandardsFull, StandardSetBefore."""
    if len(assurance.standards) >= MOST_STANDARDS:
        raise StandardsFull
    named = {one.title.casefold() for one in assurance.standards.values()}
    if command.title.casefold() in named:
        raise StandardSetBefore(pointer="/body/title")
    return StandardSet(
        partnership=command.partnership,
        standard=command.standard,
        title=command.title,
        kinds=tuple(dict.fromkeys(command.kinds)),
        every_months=command.every_months,
        set_on=london_date(command.now),
        set_by=command.set_by,
    )


def _look(command: LookAtArrangement, assurance: Assurance) -> ArrangementLookedAt:
    """Refuses: ArrangementUnknown, ArrangementOver, LooksAtOwn, LookedTooEarly,
    StandardsUnanswered, FindingUnexplained.
    """
    if command.kind is None:
        raise ArrangementUnknown(pointer="/body/arrangement")
    if command.ended:
        raise ArrangementOver(pointer="/body/arrangement")
    if command.looked_by in (command.officer, command.made_by):
        raise LooksAtOwn
    if command.agency == command.provider:
        raise LooksAtOwn
    first = max(command.begins_on, assurance.looked_on.get(command.arrangement, date.min))
    if not first <= command.looked_on <= london_date(command.now):
        raise LookedTooEarly(pointer="/body/looked_on")
    asked = [key for key, one in assurance.standards.items() if command.kind in one.kinds]
    answered = [one.standard for one in command.findings]
    if not asked or sorted(answered) != sorted(asked):
        raise StandardsUnanswered(pointer="/body/findings")
    for n, one in enumerate(command.findings):
        if one.met != "met" and one.text is None:
            raise FindingUnexplained(pointer=f"/body/findings/{n}/text")
    return ArrangementLookedAt(
        look=command.look,
        arrangement=command.arrangement,
        kind=command.kind,
        looked_on=command.looked_on,
        findings=command.findings,
        agency=command.agency,
        looked_by=command.looked_by,
    )


def _agree(command: AgreeRemedy, assurance: Assurance) -> RemedyAgreed:
    """Refuses: NothingToRemedy, OwnerNotPartner, DueTooEarly."""
    if (command.arrangement, command.standard) not in assurance.short:
        raise NothingToRemedy(pointer="/body/standard")
    if not command.partner:
        raise OwnerNotPartner(pointer="/body/owner")
    if command.due_on <= london_date(command.now):
        raise DueTooEarly(pointer="/body/due_on")
    return RemedyAgreed(
        remedy=command.remedy,
        arrangement=command.arrangement,
        standard=command.standard,
        text=command.text,
        owner=command.owner,
        due_on=command.due_on,
        agreed_by=command.agreed_by,
    )


def evolve(assurance: Assurance, event: AssuranceEvent) -> Assurance:
    """The assurance after one more fact."""
    match event:
        case StandardSet():
            return replace(assurance, standards=assurance.standards | {event.standard: event})
        case StandardWithdrawn():
            left = {k: one for k, one in assurance.standards.items() if k != event.standard}
            short = frozenset(one for one in assurance.short if one[1] != event.standard)
            return replace(assurance, standards=left, short=short)
        case ArrangementLookedAt():
            return replace(
                assurance,
                short=_short(assurance.short, event),
                looked_on=assurance.looked_on | {event.arrangement: event.looked_on},
            )
        case RemedyAgreed():
            return replace(assurance, open=assurance.open | {event.remedy})
        case RemedyMade():
            return replace(assurance, open=assurance.open - {event.remedy})


def _short(
    before: frozenset[tuple[str, str]], look: ArrangementLookedAt
) -> frozenset[tuple[str, str]]:
    """What is short after a look, which speaks for its whole arrangement."""
    others = {one for one in before if one[0] != look.arrangement}
    found = {(look.arrangement, one.standard) for one in look.findings if one.met != "met"}
    return frozenset(others | found)


ASSURANCE: Decider[AssuranceCommand, Assurance, AssuranceEvent] = Decider(
    category="assurance",
    initial=Assurance(),
    decide=decide,
    evolve=evolve,
    events=get_args(AssuranceEvent),
)

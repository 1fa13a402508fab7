"""The rules of a rebase: a reason, a measure and period of the contract, and two persons. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec

from services.monitoring.rebases.commands import (
    ApproveRebase,
    ProposeRebase,
    RebaseCommand,
    RefuseRebase,
)
from services.monitoring.rebases.events import RebaseEvent, RebaseProposed, RebaseRefused
from services.monitoring.rebases.refusals import (
    AlreadyProposed,
    AlreadyRebased,
    AnnualSeries,
    NotAPeriod,
    NotProposed,
    PeriodNotBegun,
    SamePerson,
    UnknownMeasure,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import SeriesRebased
from shared.published.terms import MeasureId, Period
from shared.values.quarters import first_day, last_day

Place = tuple[MeasureId, Period]


class Rebases(msgspec.Struct, frozen=True, kw_only=True):
    """The rebases of one contract: those that wait for a second person, and those in force."""

    waiting: Mapping[Place, RebaseProposed] = {}
    in_force: frozenset[Place] = frozenset()


def decide(command: RebaseCommand, rebases: Rebases) -> Sequence[RebaseEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ProposeRebase():
            return [_propose(command, rebases)]
        case ApproveRebase():
            return [_approve(command, rebases)]
        case RefuseRebase():
            return [_refuse(command, rebases)]


def _propose(command: ProposeRebase, rebases: Rebases) -> RebaseProposed:
    """Refuses, in this order: UnknownMeasure, AnnualSeries, NotAPeriod, PeriodNotBegun,
    AlreadyRebased, AlreadyProposed.
    """
    terms, place = command.terms, (command.measure, command.from_period)
    if command.measure not in {one.measure for one in terms.measures}:
        raise UnknownMeasure(pointer="/body/measure")
    if terms.returns == "annual":
        raise AnnualSeries(pointer="/body/measure")
    try:
        first, last = first_day(command.from_period), last_day(command.from_period)
    except ValueError as error:
        raise NotAPeriod(pointer="/body/from_period") from error
    if last < terms.starts_on or first > terms.ends_on:
        raise NotAPeriod(pointer="/body/from_period")
    if first > london_date(command.now):
        raise PeriodNotBegun(pointer="/body/from_period")
    if place in rebases.in_force:
        raise AlreadyRebased
    if place in rebases.waiting:
        raise AlreadyProposed
    return RebaseProposed(
        contract=command.contract,
        partnership=terms.partnership,
        measure=command.measure,
        from_period=command.from_period,
        reason=command.reason,
        proposed_by=command.proposed_by,
    )


def _approve(command: ApproveRebase, rebases: Rebases) -> SeriesRebased:
    """Refuses: AlreadyRebased, NotProposed, SamePerson."""
    proposed = _waiting(command, rebases)
    if proposed.proposed_by == command.approved_by:
        raise SamePerson
    return SeriesRebased(
        contract=proposed.contract,
        partnership=proposed.partnership,
        measure=proposed.measure,
        from_period=proposed.from_period,
        reason=proposed.reason,
        proposed_by=proposed.proposed_by,
        approved_by=command.approved_by,
        effective_on=london_date(command.now),
    )


def _refuse(command: RefuseRebase, rebases: Rebases) -> RebaseRefused:
    """Refuses: AlreadyRebased, NotProposed, SamePerson."""
    proposed = _waiting(command, rebases)
    if proposed.proposed_by == command.refused_by:
        raise SamePerson
    return RebaseRefused(
        contract=proposed.contract,
        measure=proposed.measure,
        from_period=proposed.from_period,
        reason=command.reason,
        refused_by=command.refused_by,
    )


def _waiting(command: ApproveRebase | RefuseRebase, rebases: Rebases) -> RebaseProposed:
    place = (command.measure, command.from_period)
    if place in rebases.in_force:
        raise AlreadyRebased
    if place not in rebases.waiting:
        raise NotProposed
    return rebases.waiting[place]


def evolve(rebases: Rebases, event: RebaseEvent) -> Rebases:
    """The rebases after one more fact."""
    place = (event.measure, event.from_period)
    others = {key: one for key, one in rebases.waiting.items() if key != place}
    match event:
        case RebaseProposed():
            return Rebases(waiting={**others, place: event}, in_force=rebases.in_force)
        case RebaseRefused():
            return Rebases(waiting=others, in_force=rebases.in_force)
        case SeriesRebased():
            return Rebases(waiting=others, in_force=rebases.in_force | {place})


REBASES: Decider[RebaseCommand, Rebases, RebaseEvent] = Decider(
    category="rebases",
    initial=Rebases(),
    decide=decide,
    evolve=evolve,
    events=get_args(RebaseEvent),
)

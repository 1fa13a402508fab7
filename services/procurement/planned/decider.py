"""The rules of a planned procurement: by when it must open so that no gap opens. Pure.

Law: the latest day to open is counted back from the day after the old service's last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.procurement.planned.commands import (
    AllowTime,
    BeginPlanned,
    MovePlan,
    PlannedCommand,
    PlanProcurement,
)
from services.procurement.planned.events import PlannedEvent, TimeAllowed
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, Missing, Refused
from shared.eventsourcing.decider import Decider
from shared.published.planned import (
    PlannedProcurementBegun,
    PlannedProcurementMoved,
    ProcurementPlanned,
)
from shared.values.working_days import add_working_days

USUAL_WORKING_DAYS = 120
"""By custom: 25 days open, two months to judge and decide, the standstill, and the time in which a
new provider takes over. An officer says otherwise with a reason.
"""


class AlreadyBegun(Refused):
    """This procurement has begun: its tender or award says how it goes on."""

    code = "planned-procurement-begun"


class NotOurs(Invalid):
    """Name a tender or an award of this partnership that was not given up."""

    code = "unknown-tender-or-award"


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What was planned, with the days as they are now; `begun` by a tender or an award."""

    plan: ProcurementPlanned | None = None
    service_ends_on: date = date.min
    working_days: int = USUAL_WORKING_DAYS
    begun: bool = False


def open_by(service_ends_on: date, working_days: int) -> date:
    """The last day to open, so that the new service begins the day after the old one ends."""
    return add_working_days(service_ends_on + timedelta(days=1), -working_days)


def decide(command: PlannedCommand, planned: Planned) -> Sequence[PlannedEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case PlanProcurement():
            return _plan(command, planned)
        case MovePlan():
            return _move(command, planned)
        case AllowTime():
            _waiting(planned)
            allowed = TimeAllowed(
                working_days=command.working_days,
                reason=command.reason,
                allowed_by=command.allowed_by,
            )
            return [allowed, *_moved(planned, planned.service_ends_on, command.working_days)]
        case BeginPlanned():
            return [_begin(command, planned)]


def _plan(command: PlanProcurement, planned: Planned) -> Sequence[PlannedEvent]:
    """Once for each decision; a later decision on the same contract plans it anew."""
    if planned.plan is not None and planned.plan.decision == command.decision:
        return []
    return [
        ProcurementPlanned(
            contract=command.contract,
            partnership=command.partnership,
            procuring=command.procuring,
            specification=command.specification,
            title=command.title,
            decision=command.decision,
            service_ends_on=command.service_ends_on,
            working_days=USUAL_WORKING_DAYS,
            open_by=open_by(command.service_ends_on, USUAL_WORKING_DAYS),
            effective_on=london_date(command.now),
        )
    ]


def _move(command: MovePlan, planned: Planned) -> Sequence[PlannedEvent]:
    """Of a contract for which nothing is planned, or has begun, nothing follows."""
    if planned.plan is None or planned.begun:
        return []
    return _moved(planned, command.service_ends_on, planned.working_days)


def _moved(planned: Planned, ends_on: date, working_days: int) -> Sequence[PlannedEvent]:
    plan = planned.plan
    if plan is None or (ends_on, working_days) == (planned.service_ends_on, planned.working_days):
        return []
    return [
        PlannedProcurementMoved(
            contract=plan.contract,
            partnership=plan.partnership,
            decision=plan.decision,
            service_ends_on=ends_on,
            working_days=working_days,
            open_by=open_by(ends_on, working_days),
        )
    ]


def _waiting(planned: Planned) -> ProcurementPlanned:
    """Refuses: Missing, AlreadyBegun."""
    if planned.plan is None:
        raise Missing
    if planned.begun:
        raise AlreadyBegun
    return planned.plan


def _begin(command: BeginPlanned, planned: Planned) -> PlannedProcurementBegun:
    """Refuses: Missing, AlreadyBegun, NotOurs."""
    plan = _waiting(planned)
    if not command.ours:
        raise NotOurs(pointer="/body/by")
    return PlannedProcurementBegun(
        contract=plan.contract,
        partnership=plan.partnership,
        decision=plan.decision,
        by_kind=command.by_kind,
        by=command.by,
        begun_by=command.begun_by,
        effective_on=london_date(command.now),
    )


def evolve(planned: Planned, event: PlannedEvent) -> Planned:
    """The plan after one more fact."""
    match event:
        case ProcurementPlanned():
            return Planned(
                plan=event,
                service_ends_on=event.service_ends_on,
                working_days=event.working_days,
            )
        case PlannedProcurementMoved():
            return replace(
                planned,
                service_ends_on=event.service_ends_on,
                working_days=event.working_days,
            )
        case PlannedProcurementBegun():
            return replace(planned, begun=True)
        case TimeAllowed():
            return planned


PLANNED: Decider[PlannedCommand, Planned, PlannedEvent] = Decider(
    category="planned",
    initial=Planned(),
    decide=decide,
    evolve=evolve,
    events=get_args(PlannedEvent),
)

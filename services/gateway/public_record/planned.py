"""Planning: what needs publishes, as releases. Pure.

An assessment, a strategy and a specification are each a process of their own, linked to the one it
rests on; a tender or an award is another, linked to its specification.
"""

from __future__ import annotations

from typing import get_args

from services.gateway.public_record.dating import dated
from services.gateway.public_record.lines import ReleaseLine, Told, released
from services.gateway.public_record.pieces import Json, party, period, related, targets, value
from services.gateway.public_record.publish_list import Said, said
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import needs


def assessed(said: Said) -> Told:
    found = "; ".join(need["title"] for need in said["needs"])
    rationale = f"Assessment of needs {said['year']}: {found}" if found else said["year"]
    return Told(("planning",), _partnership(said) | {"planning": {"rationale": rationale}})


def strategy(said: Said) -> Told:
    """Recommendations as milestones of planning, in the order of their priority."""
    ordered = sorted(said["recommendations"], key=lambda one: one["priority"])
    milestones = [
        {"id": one["recommendation"], "title": one["title"], "type": "preProcurement"}
        for one in ordered
    ]
    planning: Json = {"rationale": said["title"]}
    if milestones:
        planning["milestones"] = milestones
    content = {"planning": planning, "relatedProcesses": related(
        "planning", f"assessment/{said['assessment']}"
    )}  # fmt: skip
    return Told(("planning",), _partnership(said) | content)


def specified(said: Said) -> Told:
    """The value is what one year is thought to cost; the measures are forecasts."""
    outcomes = "; ".join(outcome["title"] for outcome in said["outcomes"])
    forecasts = targets(said["measures"], said["starts_on"], said["ends_on"])
    planning: Json = {
        "rationale": f"So that: {outcomes}" if outcomes else said["title"],
        "budget": {"description": "One year", "amount": value(said["annual_value_pence"])},
    }
    if forecasts:
        planning["forecasts"] = forecasts
    tender = {
        "id": said["specification"], "title": said["title"], "status": "planned",
        "mainProcurementCategory": "services",
        "contractPeriod": period(said["starts_on"], said["ends_on"]),
    }  # fmt: skip
    content = {"planning": planning, "tender": tender, "relatedProcesses": related(
        "planning", f"strategy/{said['strategy']}"
    )}  # fmt: skip
    return Told(("planning",), _partnership(said) | content)


def superseded(said: Said) -> Told:
    tender = {"id": said["specification"], "status": "withdrawn",
              "statusDetails": "Superseded by another specification"}  # fmt: skip
    replaced = related("replacementProcess", f"specification/{said['by']}")
    content = {"tender": tender, "relatedProcesses": replaced}
    return Told(("planningUpdate",), _partnership(said) | content)


def withdrawn(said: Said) -> Told:
    tender = {"id": said["specification"], "status": "withdrawn", "statusDetails": "Withdrawn"}
    return Told(("planningUpdate",), _partnership(said) | {"tender": tender})


def _partnership(said: Said) -> Json:
    """The partnership plans; who buys is known once a partner procures."""
    return {"parties": party((said["partnership"], ("interestedParty",)))}


class PlannedRow(Row, frozen=True, kw_only=True):
    """An assessment, a strategy or a specification."""

    subject: str
    last_ns: int = 0


Planning = (
    needs.AssessmentPublished
    | needs.StrategyPublished
    | needs.SpecificationPublished
    | needs.SpecificationSuperseded
    | needs.SpecificationWithdrawn
)


def planned_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case needs.AssessmentPublished() as event:
            return f"assessment/{event.assessment}"
        case needs.StrategyPublished() as event:
            return f"strategy/{event.strategy}"
        case event:
            specification = getattr(event, "specification", "")
            return f"specification/{specification}" if specification else None


def fold_planned(
    row: PlannedRow | None, recorded: Recorded
) -> tuple[PlannedRow, tuple[ReleaseLine, ...]]:
    match recorded.event:
        case needs.AssessmentPublished() as event:
            told = assessed(said(event))
        case needs.StrategyPublished() as event:
            told = strategy(said(event))
        case needs.SpecificationPublished() as event:
            told = specified(said(event))
        case needs.SpecificationSuperseded() as event:
            told = superseded(said(event))
        case needs.SpecificationWithdrawn() as event:
            told = withdrawn(said(event))
        case event:
            raise TypeError(f"{type(event).__name__} plans nothing")
    subject = planned_of(recorded) or ""
    at = dated(recorded.recorded_at, "needs", row.last_ns if row else 0)
    return PlannedRow(subject=subject, last_ns=at), (released(recorded, subject, at, told),)


PLANNED: View[PlannedRow] = View(
    name="public_planning",
    source="needs",
    row=PlannedRow,
    events=get_args(Planning),
    key=planned_of,
    fold=fold_planned,
    emits=ReleaseLine,
    ordered_lines=True,
)

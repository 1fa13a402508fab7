"""Implementation: what monitoring publishes, as releases. Pure.

Law: of a reading only its value is public, and only as it leaves for the partners by the decision
about its return's version, since whoever reads the record may be one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import get_args

from msgspec.structs import replace

from services.gateway.public_record.dating import dated
from services.gateway.public_record.lines import ReleaseLine, Told, released
from services.gateway.public_record.pieces import Json, measured, period
from services.gateway.public_record.publish_list import Said, kept, said
from shared.disclosure.deciding import Decided
from shared.disclosure.showing import readings_shown
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import monitoring
from shared.published.terms import ContractId, MeasureId, MeasureTerms, Reading
from shared.values.quarters import first_day, last_day

NOT_GIVEN: Mapping[str, str] = {
    "missing": "Missing",
    "not-applicable": "Not applicable",
    "nil": "Nothing to report",
    "suppressed": "Not shown: small numbers",
}


def reported(said: Said, *, again: bool) -> Told:
    """An accepted or restated return; `with_figures` adds what it says."""
    return Told(
        ("implementationUpdate" if again else "implementation",),
        {"contracts": [{"id": said["contract"]}]},
    )


def with_figures(
    line: ReleaseLine, measures: Mapping[MeasureId, MeasureTerms], decided: Decided | None
) -> Json:
    """The content of a return's release with its readings as they leave by what was decided."""
    content = line.content
    shown = readings_shown(measures, line.period, line.readings, decided)
    metrics = [
        {
            "id": measure,
            "title": measures[measure].title,
            "observations": [
                _observation(one, measures[measure]) for one in shown if one.measure == measure
            ],
        }
        for measure in dict.fromkeys(one.measure for one in shown)
        if measure in measures
    ]
    if not metrics:
        return content
    contract = content["contracts"][0] | {"implementation": {"metrics": metrics}}
    return content | {"contracts": [contract]}


def _observation(reading: Reading, measure: MeasureTerms) -> Json:
    """A value that no longer shows takes away the one that was shown before."""
    days = period(str(first_day(reading.period)), str(last_day(reading.period)))
    observation: Json = {"id": f"{reading.measure}-{reading.period}", "period": days}
    if reading.status != "given" or reading.value is None:
        gone = {"value": {"amount": None}} if measure.unit == "pence" else {"measure": None}
        notes = NOT_GIVEN.get(reading.status, NOT_GIVEN["missing"])
        return observation | gone | {"notes": notes}
    return observation | measured(reading.value, measure.unit) | {"notes": None}


def with_measure_named(content: Json, measures: Mapping[MeasureId, MeasureTerms]) -> Json:
    """The content of an upheld flag's release with its measure's title."""
    contract = content["contracts"][0]
    failures = [
        failure | {"category": title, "requirement": title}
        if (known := measures.get(failure.get("category", ""))) and (title := known.title)
        else failure
        for failure in contract["implementation"]["performanceFailures"]
    ]
    named = contract | {"implementation": {"performanceFailures": failures}}
    return content | {"contracts": [named]}


def upheld(said: Said, flagged: Said, decided_at: str) -> Told:
    """An upheld flag: of which measure, over which periods, and by whom it is answered for."""
    periods = sorted({miss["period"] for miss in flagged.get("misses", ())}, key=first_day)
    failure: Json = {
        "id": said["flag"], "decisionDate": decided_at,
        "suppliers": [{"id": flagged["provider"]}],
        "description": "A case of underperformance was upheld."
        if periods else "A case about a standard that had lapsed was upheld.",
    }  # fmt: skip
    if periods:
        failure["events"] = len(periods)
        failure["period"] = period(str(first_day(periods[0])), str(last_day(periods[-1])))
    if measure := flagged.get("measure"):
        failure["category"] = measure
    contract = {"id": said["contract"], "implementation": {"performanceFailures": [failure]}}
    return Told(("implementation",), {"contracts": [contract]})


class DeliveredRow(Row, frozen=True, kw_only=True):
    """What was reported on a contract. `flags` are cases by id, not public until upheld; `upheld`
    are the days on which one was.
    """

    contract: ContractId
    flags: dict[str, Said]
    upheld: tuple[date, ...] = ()
    last_ns: int = 0


Delivering = (
    monitoring.ReturnAccepted
    | monitoring.ReturnRestated
    | monitoring.UnderperformanceFlagged
    | monitoring.FlagUpheld
)


def contract_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "contract", None) or None


def fold_delivered(
    row: DeliveredRow | None, recorded: Recorded
) -> tuple[DeliveredRow, tuple[ReleaseLine, ...]]:
    row = row or DeliveredRow(contract=contract_of(recorded) or "", flags={})
    match recorded.event:
        case monitoring.UnderperformanceFlagged() as event:
            return replace(row, flags=row.flags | {event.flag: kept(event)}), ()
        case monitoring.ReturnAccepted() as event:
            told = reported(said(event), again=False)
        case monitoring.ReturnRestated() as event:
            told = reported(said(event), again=True)
        case monitoring.FlagUpheld() as event:
            at = recorded.recorded_at.isoformat()
            told = upheld(said(event), row.flags[event.flag], at)
            row = replace(row, upheld=(*row.upheld, london_date(recorded.recorded_at)))
        case event:
            raise TypeError(f"{type(event).__name__} tells nothing of delivery")
    at_ns = dated(recorded.recorded_at, "monitoring", row.last_ns)
    line = released(recorded, f"contract/{row.contract}", at_ns, told)
    return replace(row, last_ns=at_ns), (_with_readings(line, recorded.event),)


def _with_readings(line: ReleaseLine, event: object) -> ReleaseLine:
    """Of a return accepted in part, the event tells the readings of that part alone."""
    if not isinstance(event, monitoring.ReturnAccepted | monitoring.ReturnRestated):
        return line
    return replace(line, period=event.period, version=event.version, readings=event.readings)


DELIVERED: View[DeliveredRow] = View(
    name="public_delivery",
    source="monitoring",
    row=DeliveredRow,
    events=get_args(Delivering),
    key=contract_of,
    fold=fold_delivered,
    emits=ReleaseLine,
    ordered_lines=True,
)

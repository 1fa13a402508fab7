"""The pieces of a release that every stage is made of: values, parties, metrics. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.gateway.public_record.dating import beginning, ending
from shared.values.quarters import first_day

Json = dict[str, Any]

BUYER = ("buyer", "procuringEntity")
SUPPLIER = ("supplier",)
UNITS: Mapping[str, str] = {
    "number": "Number", "percent": "Percent", "days": "Days", "score": "Score", "pence": "Pounds",
}  # fmt: skip


def value(pence: int) -> Json:
    return {"amount": pence / 100, "currency": "GBP"}


def party(*agencies: tuple[str, Sequence[str]]) -> list[Json]:
    """Organisations by their roles; one that stands twice has the roles of both."""
    roles: dict[str, dict[str, None]] = {}
    for agency, held in agencies:
        roles.setdefault(agency, {}).update(dict.fromkeys(held))
    return [{"id": agency, "roles": list(held)} for agency, held in roles.items()]


def period(starts_on: str, ends_on: str) -> Json:
    return {"startDate": beginning(starts_on), "endDate": ending(ends_on)}


def related(relationship: str, process: str) -> list[Json]:
    """Another process of this record; its ocid is written in when the release is read."""
    return [{"id": f"{relationship}-1", "relationship": [relationship], "scheme": "ocid",
             "identifier": process}]  # fmt: skip


def measured(number: str | Decimal, unit: str) -> Json:
    """A figure of an observation: money is in pounds, everything else in the measure's unit."""
    amount = float(number)
    if unit == "pence":
        return {"value": {"amount": amount / 100, "currency": "GBP"}}
    return {"measure": amount, "unit": {"name": UNITS[unit]}}


def targets(measures: Iterable[Mapping[str, Any]], starts_on: str, ends_on: str) -> list[Json]:
    """Measures as metrics, each target with the stretch of the term it holds for."""
    return [_metric(one, starts_on, ends_on) for one in measures]


def _metric(measure: Mapping[str, Any], starts_on: str, ends_on: str) -> Json:
    metric: Json = {"id": measure["measure"], "title": measure["title"]}
    if says := _described(measure):
        metric["description"] = says
    if observations := _observations(measure, starts_on, ends_on):
        metric["observations"] = observations
    return metric


def _described(measure: Mapping[str, Any]) -> str:
    counted, out_of = measure.get("counted", ""), measure.get("out_of", "")
    return f"{counted}, out of {out_of}" if counted and out_of else counted


def _observations(measure: Mapping[str, Any], starts_on: str, ends_on: str) -> list[Json]:
    asked = [(starts_on, measure.get("target"))]
    asked += [
        (max(str(first_day(one["from_period"])), starts_on), one.get("target"))
        for one in measure.get("targets", ())
    ]
    return [
        {
            "id": f"{measure['measure']}-target-{since}",
            "period": period(since, ends_on),
            **measured(target, measure["unit"]),
        }
        for since, target in dict(asked).items()
        if target is not None
    ]

"""Reads published reference data, and loads areas and their statistical neighbours.

Nothing is guessed: an unavailable figure is no number, an unknown name is an error.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import httpx
import msgspec

from goldenthread.importing import problem_of

AREAS_FILE = "england_areas.csv"
NEIGHBOURS_FILE = "statistical_neighbours_cssn_long.csv"
TIMELINESS_FILE = "dfe_ehcp_timeliness_20_week.csv"
AREAS_SOURCE = "DHSC Fingertips area data; DfE statistical neighbours; Open Government Licence v3.0"
UPPER_TIER = "counties-and-unitary-authorities"
UNAVAILABLE = "x"
ENGLAND = "E92000001"

# How the file of neighbours names an authority, and how the file of areas does.
NAMED_OTHERWISE = {
    "Bedford Borough": "Bedford",
    "Bristol, City of": "Bristol",
    "Buckinghamshire": "Buckinghamshire UA",
    "Durham": "County Durham",
    "Kingston Upon Hull, City of": "Kingston upon Hull",
    "North Yorkshire": "North Yorkshire UA",
    "Somerset": "Somerset UA",
}

Level = Literal["National", "Regional", "Local authority"]


class UnknownName(ValueError):
    """A file names an authority that the areas do not have."""


class LoadRefused(Exception):
    """The platform did not take the reference data; the message is its code and sentence."""


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """An area by its published code; `parents` are codes."""

    code: str
    name: str
    kind: str
    parents: tuple[str, ...]


class Neighbours(msgspec.Struct, frozen=True, kw_only=True):
    """An authority's statistical neighbours by code, the most alike first."""

    area: str
    neighbours: tuple[str, ...]


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A published figure: a number, or that there is none."""

    status: Literal["given", "unavailable"]
    value: Decimal | None = None


class Timeliness(msgspec.Struct, frozen=True, kw_only=True):
    """Education, health and care plans of one year, area and group, issued within 20 weeks or not.

    `area` is the code published then, which an authority since reorganised has no more. The second
    three figures leave out cases in which the law allows longer.
    """

    year: int
    level: Level
    area: str
    area_name: str
    breakdown: str
    group: str
    issued: Figure
    within_20_weeks: Figure
    percent: Figure
    issued_without_exceptions: Figure
    within_20_weeks_without_exceptions: Figure
    percent_without_exceptions: Figure


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def areas(folder: Path) -> list[Area]:
    """Every area of England, with the areas it lies in."""
    return [
        Area(
            code=line["area_code"],
            name=line["area_name"],
            kind=line["area_type"],
            parents=tuple(
                parent.partition(":")[2] for parent in line["parents"].split("|") if parent
            ),
        )
        for line in _lines(folder / AREAS_FILE)
    ]


def neighbours(folder: Path, known: list[Area]) -> list[Neighbours]:
    """Each upper-tier authority's neighbours, by rank. Raises UnknownName."""
    codes = {area.name: area.code for area in known if area.kind == UPPER_TIER}
    ranked: dict[str, dict[int, str]] = {}
    for line in _lines(folder / NEIGHBOURS_FILE):
        of = ranked.setdefault(_code(codes, line["local_authority"]), {})
        of[int(line["rank"])] = _code(codes, line["neighbour"])
    return [
        Neighbours(area=area, neighbours=tuple(found[rank] for rank in sorted(found)))
        for area, found in ranked.items()
    ]


def _code(codes: dict[str, str], name: str) -> str:
    code = codes.get(NAMED_OTHERWISE.get(name, name))
    if code is None:
        raise UnknownName(name)
    return code


def figure(text: str) -> Figure:
    """`x` is no number. Raises ValueError for what is neither."""
    if text == UNAVAILABLE:
        return Figure(status="unavailable")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no figure") from error
    if not value.is_finite():
        raise ValueError(f"{text!r} is no figure")
    return Figure(status="given", value=value)


def timeliness(folder: Path) -> Iterator[Timeliness]:
    """Every line of the series, from the whole country to the authority and its groups."""
    for line in _lines(folder / TIMELINESS_FILE):
        level = msgspec.convert(line["geographic_level"], Level)
        area, name = _place(level, line)
        yield Timeliness(
            year=int(line["time_period"]),
            level=level,
            area=area,
            area_name=name,
            breakdown=line["breakdown_topic"],
            group=line["breakdown"],
            issued=figure(line["plans_issued_den"]),
            within_20_weeks=figure(line["plans_issued_within_20_weeks"]),
            percent=figure(line["pc_plans_issued_within_20_weeks"]),
            issued_without_exceptions=figure(line["plans_issued_den_ex"]),
            within_20_weeks_without_exceptions=figure(line["plans_issued_20_weeks_ex"]),
            percent_without_exceptions=figure(line["PC_plans_issued_20_weeks_ex"]),
        )


def _place(level: Level, line: dict[str, str]) -> tuple[str, str]:
    match level:
        case "National":
            return line["country_code"], line["country_name"]
        case "Regional":
            return line["region_code"], line["region_name"]
        case "Local authority":
            return line["new_la_code"], line["la_name"]


WHOLE = "All EHC plans issued"
SERIES_TITLE = "Education, health and care plans issued within 20 weeks"
SERIES_SOURCE = "Department for Education, OGL v3"


def series_figures(folder: Path, area: str) -> list[dict[str, str]]:
    """The percentage within 20 weeks of one authority, its statistical neighbours and England.

    In the form an assessment takes; what was unavailable is said to be missing, never nought.
    Raises UnknownName for an area that is not in the series.
    """
    beside = {one.area: one.neighbours for one in neighbours(folder, areas(folder))}
    wanted = {ENGLAND, area, *beside.get(area, ())}
    found = [
        {"area": line.area, "period": str(line.year)}
        | (
            {"value": str(line.percent.value)}
            if line.percent.value is not None
            else {"status": "missing"}
        )
        for line in timeliness(folder)
        if line.breakdown == WHOLE and line.area in wanted
    ]
    if not any(one["area"] == area for one in found):
        raise UnknownName(f"{area} is not in the series")
    return found


async def load_series(
    client: httpx.AsyncClient, folder: Path, assessment: str, outcome: str, area: str
) -> int:
    """Adds the series to an open assessment as an indicator of an outcome; says how many figures.

    Raises LoadRefused, UnknownName.
    """
    figures = series_figures(folder, area)
    indicator = {
        "title": SERIES_TITLE,
        "outcome": outcome,
        "unit": "percent",
        "direction": "higher",
        "area": area,
        "source": SERIES_SOURCE,
    }
    added = await _post(client, f"/v1/assessments/{assessment}/indicators", indicator)
    series = {"indicator": added["part"], "figures": figures}
    await _post(client, f"/v1/assessments/{assessment}/series", series)
    return len(figures)


async def _post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    if not response.is_success:
        code, detail = problem_of(response)
        raise LoadRefused(f"{code}: {detail}")
    return response.json()


async def load_reference(client: httpx.AsyncClient, folder: Path) -> tuple[int, int]:
    """Loads areas and neighbours; says how many of each. Raises LoadRefused, UnknownName."""
    found = areas(folder)
    beside = neighbours(folder, found)
    body = {"source": AREAS_SOURCE, "areas": found, "neighbours": beside}
    content = msgspec.json.encode(body)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f"areas-{uuid4()}",
    }
    response = await client.put("/v1/areas", content=content, headers=headers)
    if not response.is_success:
        code, detail = problem_of(response)
        raise LoadRefused(f"{code}: {detail}")
    return len(found), len(beside)

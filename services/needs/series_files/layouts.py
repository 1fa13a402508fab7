"""The forms in which files of figures come, told apart by their columns, and read row by row. Pure.

`plain`: area, period, value, and where wanted status, unit, breakdown, group, base.
`dfe`: the Department for Education's open data (Explore Education Statistics).
`ons-population`: the Office for National Statistics' mid-year population by sex and year of age.

Law: every row is taken, reported as wrong, or counted among those left out with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from services.needs.areas.beside import Gazetteer
from services.needs.assessments.decider import wrong_with
from services.needs.assessments.figures import Figure, FigureBreakdown, FigureStatus, key_of
from services.needs.series_files.cells import (
    SYMBOLS,
    CannotSay,
    Fault,
    age_of,
    base_of,
    breakdown_of,
    label_of,
    period_of,
    value_of,
)
from services.needs.series_files.tables import Table
from shared.published.terms import Unit

Layout = Literal["plain", "dfe", "ons-population"]
Cells = Mapping[str, str]
COLUMNS: Mapping[Layout, frozenset[str]] = {
    "dfe": frozenset({"time_period", "geographic_level", "breakdown_topic", "breakdown"}),
    "ons-population": frozenset({"sex", "code", "name", "age", "count"}),
    "plain": frozenset({"area", "period", "value"}),
}
PLACES = {
    "national": ("country_code", "country_name"),
    "regional": ("region_code", "region_name"),
    "local authority": ("new_la_code", "la_name"),
}
TOPICS: Mapping[str, FigureBreakdown] = {
    "sex": "sex", "gender": "sex", "ethnicity": "ethnicity", "ethnicity minor": "ethnicity",
    "child or young persons age": "age", "age": "age", "religion": "religion",
    "disability": "disability", "sen provision": "send", "sen status": "send",
}  # fmt: skip
SEXES = {"females": "Female", "males": "Male"}
IDENTIFYING = frozenset(
    {"time_period", "time_identifier", "geographic_level", "country_code", "country_name",
     "region_code", "region_name", "new_la_code", "old_la_code", "la_name", "breakdown_topic",
     "breakdown"}
)  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is read for: the indicator's unit and area, the assessment's bands.

    `value` and `base` name the columns of a file with many; `period` is that of a file that names
    none; `everywhere` takes areas that are neither ours nor beside us too.
    """

    unit: Unit
    area: str
    age_bands: tuple[str, ...]
    value: str = ""
    base: str = ""
    period: str = ""
    everywhere: bool = False


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds. `left_out` counts rows by the reason they were not taken for."""

    layout: Layout
    rows: int
    figures: tuple[Figure, ...]
    faults: tuple[Fault, ...]
    left_out: dict[str, int]
    value_column: str
    base_column: str

    def by_status(self) -> dict[FigureStatus, int]:
        return dict(Counter(figure.status for figure in self.figures))


class LeftOut(Exception):
    """A row that is not wrong and not wanted; the message is why."""


def layout_of(table: Table) -> Layout | None:
    """The form whose columns are all there."""
    columns = frozenset(table.columns)
    return next((name for name, wanted in COLUMNS.items() if wanted <= columns), None)


def read(table: Table, layout: Layout, asked: Asked, places: Gazetteer) -> Read:
    """Every row as a figure, a fault or one left out."""
    value, base = _columns(table, layout, asked)
    reading = _Reading(asked, places, value, base)
    read_row: dict[Layout, Callable[[Cells], tuple[Figure, ...]]] = {
        "plain": reading.plain, "dfe": reading.dfe, "ons-population": reading.ons,
    }  # fmt: skip
    taken: dict[tuple[str, str, str, str], Figure] = {}
    faults: list[Fault] = []
    left_out: Counter[str] = Counter()
    for number, cells in table.rows:
        try:
            for figure in read_row[layout](cells):
                _checked(figure, asked, value)
                known = taken.get(key_of(figure))
                if known and layout != "ons-population":
                    say = "An earlier row gives this area, period and group already."
                    raise CannotSay("area", "figure-twice", say)
                taken[key_of(figure)] = _together(known, figure) if known else figure
        except LeftOut as out:
            left_out[str(out)] += 1
        except CannotSay as wrong:
            faults.append(
                Fault(row=number, column=wrong.column, code=wrong.code, detail=wrong.detail)
            )
    return Read(
        layout=layout, rows=len(table.rows), figures=tuple(taken.values()),
        faults=tuple(faults), left_out=dict(left_out), value_column=value, base_column=base,
    )  # fmt: skip


def _columns(table: Table, layout: Layout, asked: Asked) -> tuple[str, str]:
    """Which columns hold the value and how many children stand behind it."""
    if layout == "plain":
        return "value", "base" if "base" in table.columns else ""
    if layout == "ons-population":
        return "count", ""
    measures = [name for name in table.columns if name and name not in IDENTIFYING]
    percents = [name for name in measures if name.startswith("pc_")]
    counts = [name for name in measures if not name.startswith("pc_")]
    likely = percents if asked.unit == "percent" else counts
    value = asked.value.lower() or next(iter(likely), "")
    bases = [name for name in measures if name.endswith("_den")]
    base = asked.base.lower() or (next(iter(bases), "") if asked.unit == "percent" else "")
    return value, base


def _checked(figure: Figure, asked: Asked, value: str) -> None:
    if wrong := wrong_with(figure, asked.unit, asked.age_bands):
        group = wrong.code in ("group-unclear", "age-band-unknown", "age-unclear")
        raise CannotSay("group" if group else value, wrong.code, wrong.sentence())


def _together(one: Figure, other: Figure) -> Figure:
    """A population over both sexes, or over all years of age."""
    value = None if one.value is None or other.value is None else one.value + other.value
    status = "given" if value is not None else "missing"
    return Figure(one.area, one.period, value, status, one.breakdown, one.group)


class _Reading:
    """Reads rows for one indicator."""

    def __init__(self, asked: Asked, places: Gazetteer, value: str, base: str) -> None:
        self._asked = asked
        self._places = places
        self._value, self._base = value, base
        known = places.find(asked.area)
        self._by_code = known is not None and known.code == asked.area
        beside = places.beside(asked.area)
        self._wanted = beside.wanted() if beside.england or beside.neighbours else frozenset[str]()

    def plain(self, cells: Cells) -> tuple[Figure, ...]:
        unit = cells.get("unit", "").lower()
        if unit and unit not in (self._asked.unit, "%" if self._asked.unit == "percent" else ""):
            say = f"The indicator is counted in another unit: {self._asked.unit}."
            raise CannotSay("unit", "unit-differs", say)
        value, status = self._valued(cells)
        breakdown = breakdown_of(cells.get("breakdown", ""), "breakdown")
        group = cells.get("group", "")
        if breakdown == "age":
            group = age_of(group)
        elif breakdown != "all":
            group = label_of(group, "group", "group-unclear", "the group of the breakdown")
        area = self._placed(label_of(cells["area"], "area", "area-unclear", "the area"))
        period = period_of(cells["period"], "period")
        base = base_of(cells.get("base", ""), "base")
        return (Figure(area, period, value, status, breakdown, group, base),)

    def _valued(self, cells: Cells) -> tuple[Decimal | None, FigureStatus]:
        """The cell of the value; a status beside it must say the same."""
        said = cells.get("status", "").lower()
        if not said or said == "given":
            return value_of(cells["value"], self._asked.unit, "value")
        status = SYMBOLS.get(said)
        if status is None:
            say = "A status is given, missing, not-applicable, suppressed or nil."
            raise CannotSay("status", "status-unknown", say)
        if cells["value"] and SYMBOLS.get(cells["value"].lower()) != status:
            raise CannotSay("value", "value-and-status", "Only a given figure has a value.")
        return None, status

    def _placed(self, area: str) -> str:
        """By code where the indicator's area goes by its code."""
        found = self._places.find(area) if self._by_code else None
        return found.code if found else area

    def dfe(self, cells: Cells) -> tuple[Figure, ...]:
        level = cells["geographic_level"].lower()
        if level not in PLACES:
            raise LeftOut(f"geographic level: {cells['geographic_level'][:40]}")
        code, name = (cells.get(column, "") for column in PLACES[level])
        area = self._wanting(code, name)
        topic, breakdown = cells["breakdown_topic"], cells["breakdown"]
        kind = self._topic(topic, breakdown)
        if not self._value or self._value not in cells:
            raise CannotSay("", "column-missing", "Say which column holds the value: `value`.")
        value, status = value_of(cells[self._value], self._asked.unit, self._value)
        base = base_of(cells.get(self._base, ""), self._base) if self._base else None
        group = "" if kind == "all" else age_of(breakdown) if kind == "age" else breakdown
        period = period_of(cells["time_period"], "time_period")
        return (Figure(area, period, value, status, kind, group, base),)

    def _wanting(self, code: str, name: str) -> str:
        if self._wanted and not self._asked.everywhere and not self._wanted & {code, name}:
            raise LeftOut("areas not compared with")
        say = "Name the area, in at most 80 characters."
        label = code if self._by_code and code else name
        if not label or len(label) > 80:
            raise CannotSay("la_name", "area-unclear", say)
        return label

    def _topic(self, topic: str, breakdown: str) -> FigureBreakdown:
        if topic.lower() in ("all", "total") or topic.lower().startswith("all "):
            return "all"
        found = TOPICS.get(topic.lower())
        if found is None:
            raise LeftOut(f"breakdown: {topic[:40]}")
        if breakdown.lower() in ("total", "all"):
            raise LeftOut("totals of a breakdown")
        return found

    def ons(self, cells: Cells) -> tuple[Figure, ...]:
        """One sex at one year of age counts in the whole, in its sex and in its year."""
        if not self._asked.period:
            raise CannotSay("", "period-unclear", "The file names no period: say which, `period`.")
        area = self._wanting(cells["code"], cells["name"])
        period = period_of(self._asked.period, "period")
        value, status = value_of(cells["count"], self._asked.unit, "count")
        sex, age = SEXES.get(cells["sex"].lower()), age_of(cells["age"])
        if sex is None or age.lower() == "all":
            raise LeftOut("totals of a breakdown")
        return (
            Figure(area, period, value, status),
            Figure(area, period, value, status, "sex", sex),
            Figure(area, period, value, status, "age", age),
        )

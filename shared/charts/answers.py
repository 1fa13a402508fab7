"""A judged series put into words and numbers for those who asked for it, and ready to be drawn."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shared.charts.frames import Unit
from shared.charts.processes import ASSURANCES, VARIATIONS, Process
from shared.charts.xmr import Chart, Judged, Number

PLACES = Decimal("0.000001")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?")


def told(chart: Chart) -> dict[str, Any]:
    """The chart as JSON has it. Numbers are strings, the worked-out ones to six decimals: rounded
    to be read, judged as they are.
    """
    return {
        "points": [_point(one) for one in chart.points],
        "groups": [
            {name: _number(value) if isinstance(value, Fraction) else value
             for name, value in group._asdict().items()}
            for group in chart.groups
        ],
        "variation": {"icon": chart.variation, "said": VARIATIONS[chart.variation]},
        "assurance": {"icon": chart.assurance, "said": ASSURANCES[chart.assurance]},
        "warnings": [
            {"code": one.code, "detail": one.said, "group": one.group} for one in chart.warnings
        ],
    }  # fmt: skip


def _point(one: Judged) -> dict[str, Any]:
    return {
        "label": one.label,
        "value": None if one.value is None else str(one.value),
        "target": None if one.target is None else str(one.target),
        "group": one.group,
        "rule": one.rule,
        "heading": one.heading,
        "meaning": one.meaning,
    }


def _number(value: Number) -> str:
    exact = Fraction(value)
    rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(PLACES)
    said = f"{rounded:f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def process(chart: Chart, title: str, unit: Unit) -> Process:
    """The chart ready to be drawn; months and days named short, other labels cut to fit."""
    return Process(
        name="xmr",
        title=title,
        unit=unit,
        chart=chart,
        labels=tuple(_short(one.label) for one in chart.points),
    )


def _short(label: str) -> tuple[str, str]:
    found = _MONTH.fullmatch(label)
    if found is None:
        return (label if len(label) <= 10 else label[:9] + "…"), ""
    year, month, day = found.groups()
    name = _MONTHS[int(month) - 1]
    return (f"{int(day)} {name}" if day else name), year

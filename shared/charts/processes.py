"""A judged series as an XmR chart, and its two icons: what varies, and what can be relied on.

Law: what a point means is told by its shape as well as its colour, and in words; never red against
green. Trial limits, too few points and gaps are said on the chart itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from shared.charts.drawing import (
    CONCERN,
    INK,
    MAIN,
    PAPER,
    QUIET,
    Dashes,
    Label,
    Mark,
    MarkShape,
    Path,
    Shape,
    Sheet,
)
from shared.charts.frames import Frame, Unit, axis_lines, number, period_names, x_at, y_at
from shared.charts.lettering import lines, width
from shared.charts.scales import Scale, scale
from shared.charts.xmr import Assurance, Chart, Judged, Meaning, Variation

IMPROVEMENT = "#1d70b8"
LOOKS: Mapping[Meaning, tuple[MarkShape, str]] = {
    "common": ("circle", QUIET),
    "improvement": ("triangle", IMPROVEMENT),
    "concern": ("diamond", CONCERN),
    "high": ("square", MAIN),
    "low": ("square", MAIN),
    "gap": ("cross", QUIET),
}
MEANINGS: Mapping[Meaning, str] = {
    "common": "common cause",
    "improvement": "improvement",
    "concern": "concern",
    "high": "special cause, high",
    "low": "special cause, low",
    "gap": "no value",
}
VARIATIONS: Mapping[Variation | None, str] = {
    "common": "Common cause: no significant change",
    "improvement-high": "Special cause of improvement: high values",
    "improvement-low": "Special cause of improvement: low values",
    "concern-high": "Special cause of concern: high values",
    "concern-low": "Special cause of concern: low values",
    "high": "Special cause, neither good nor bad: high values",
    "low": "Special cause, neither good nor bad: low values",
    None: "Variation cannot be judged yet",
}
ASSURANCES: Mapping[Assurance | None, str] = {
    "passes": "Consistently passes the target",
    "fails": "Consistently fails the target",
    "hit-and-miss": "Hits and misses the target",
    None: "No assurance: no target, no direction, or too few points",
}


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn: a chart and, point by point, its period's name in one or two lines.

    `notes` are said on it beside the chart's own warnings.
    """

    name: str
    title: str
    unit: Unit
    chart: Chart
    labels: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        return (*(one.said for one in self.chart.warnings), *self.notes)


def wide(process: Process) -> Sheet:
    return _sheet(process, "wide", 640, 250, 14)


def narrow(process: Process) -> Sheet:
    return _sheet(process, "narrow", 340, 240, 13)


def card(process: Process) -> Sheet:
    return _sheet(process, "card", 340, 150, 13)


def described(process: Process) -> str:
    """What the chart shows, for those who do not see it."""
    chart, unit = process.chart, process.unit
    given = [one for one in chart.points if one.value is not None]
    if not given:
        return "No values yet."
    latest = given[-1]
    said = [f"{len(given)} values. Latest {number(float(latest.value or 0), unit)}, {latest.label}"]
    group = chart.groups[-1]
    if group.mean is not None:
        said.append(f"Mean {number(float(group.mean), unit)}")
    if group.lower is not None and group.upper is not None:
        edges = (number(float(edge), unit) for edge in (group.lower, group.upper))
        said.append("Limits {} to {}".format(*edges))
    if latest.target is not None:
        said.append(f"Target {number(float(latest.target), unit)}")
    counts: Counter[Meaning] = Counter(one.meaning for one in given if one.meaning != "common")
    said += [f"{MEANINGS[meaning].capitalize()} at {n}" for meaning, n in counts.items()]
    if len(chart.groups) > 1:
        starts = ", ".join(chart.points[one.first].label for one in chart.groups[1:])
        said.append(f"Limits start again at {starts}")
    said += [VARIATIONS[chart.variation], ASSURANCES[chart.assurance]]
    return ". ".join(said) + ". " + " ".join(process.said)


def _sheet(process: Process, copy: str, paper: float, plot: float, size: float) -> Sheet:
    chart = process.chart
    axis = _axis(process)
    notices = [line for one in process.said for line in lines(one, size - 1, paper - 8, 2)]
    widest = max(width(number(step, process.unit), size) for step in axis.steps)
    top = size * (1.8 + len(notices) * 1.3)
    frame = Frame(
        width=paper,
        height=top + plot,
        size=size,
        left=widest + 12,
        right=paper - 24,
        top=top,
        bottom=top + plot - size * 3.4,
    )
    key = tuple(_key(frame, process))
    below = max(shape.y for shape in key if isinstance(shape, Label))
    return Sheet(
        name=f"{process.name}-{copy}",
        title=process.title,
        description=described(process),
        width=paper,
        height=round(below + size * 0.8),
        shapes=(
            *(
                Label(x=4, y=size * (1 + n * 1.3), text=line, size=size - 1, colour=QUIET)
                for n, line in enumerate(notices)
            ),
            *axis_lines(frame, axis, process.unit),
            *_groups(frame, axis, chart),
            *_targets(frame, axis, chart.points),
            *_line(frame, axis, chart),
            *period_names(frame, process.labels),
            *key,
        ),
    )


def _axis(process: Process) -> Scale:
    shown = [float(one.value) for one in process.chart.points if one.value is not None]
    shown += [float(one.target) for one in process.chart.points if one.target is not None]
    for group in process.chart.groups:
        shown += [float(edge) for edge in (group.lower, group.upper) if edge is not None]
    return scale(shown, 100 if process.unit == "percent" else None)


def _edges(frame: Frame, first: int, last: int, count: int) -> tuple[float, float]:
    """From half a step before the first point to half a step after the last, inside the plot."""
    step = (frame.right - frame.left) / max(count - 1, 1) / 2
    left = max(frame.left, x_at(frame, first, count) - step)
    return left, min(frame.right + 6, x_at(frame, last, count) + step)


def _groups(frame: Frame, axis: Scale, chart: Chart) -> Iterator[Shape]:
    count = len(chart.points)
    for place, group in enumerate(chart.groups):
        left, right = _edges(frame, group.first, group.last, count)
        drawn: tuple[tuple[Fraction | None, Dashes], ...] = (
            (group.mean, ""),
            (group.lower, "2 4"),
            (group.upper, "2 4"),
        )
        for height, dashes in drawn:
            if height is not None:
                y = y_at(frame, axis, float(height))
                ends = ((left, y), (right, y))
                yield Path(points=ends, colour=QUIET, thickness=1.5, dashes=dashes)
        if place:
            ends = ((left, frame.top), (left, frame.bottom))
            yield Path(points=ends, colour=INK, thickness=1)


def _targets(frame: Frame, axis: Scale, points: Sequence[Judged]) -> Iterator[Shape]:
    start = 0
    for n in range(1, len(points) + 1):
        if n == len(points) or points[n].target != points[start].target:
            target = points[start].target
            if target is not None:
                left, right = _edges(frame, start, n - 1, len(points))
                y = y_at(frame, axis, float(target))
                yield Path(points=((left, y), (right, y)), thickness=1.5, dashes="6 4")
            start = n


def _line(frame: Frame, axis: Scale, chart: Chart) -> Iterator[Shape]:
    """The values joined within a group; a gap and a rebase part the line."""
    count = len(chart.points)
    run: list[tuple[float, float]] = []
    before = 0
    for place, one in enumerate(chart.points):
        if one.value is None or one.group != before:
            if len(run) > 1:
                yield Path(points=tuple(run), colour=QUIET, thickness=1.5)
            run = []
        before = one.group
        if one.value is not None:
            run.append((x_at(frame, place, count), y_at(frame, axis, float(one.value))))
    if len(run) > 1:
        yield Path(points=tuple(run), colour=QUIET, thickness=1.5)
    for place, one in enumerate(chart.points):
        shape, colour = LOOKS[one.meaning]
        x = x_at(frame, place, count)
        y = frame.bottom - 7 if one.value is None else y_at(frame, axis, float(one.value))
        yield Mark(x=x, y=y, shape=shape, colour=colour, radius=4)


def _key(frame: Frame, process: Process) -> Iterator[Shape]:
    """What the shapes and lines mean, on as many lines as it takes."""
    size = frame.size - 1
    named = 2.6 if any(under for _, under in process.labels) else 1.4
    x, y = 4.0, frame.bottom + frame.size * (named + 1.6)
    for drawn, text in _meanings(process.chart):
        if x > 4 and x + 22 + width(text, size) > frame.width - 2:
            x, y = 4.0, y + frame.size * 1.5
        middle = y - frame.size * 0.33
        if isinstance(drawn, Mark):
            yield Mark(x=x + 8, y=middle, shape=drawn.shape, colour=drawn.colour, radius=4)
        else:
            ends = ((x, middle), (x + 16, middle))
            yield Path(
                points=ends, colour=drawn.colour, thickness=drawn.thickness, dashes=drawn.dashes
            )
        yield Label(x=x + 21, y=y, text=text, size=size)
        x += 21 + width(text, size) + 12


def _meanings(chart: Chart) -> Iterator[tuple[Mark | Path, str]]:
    seen = {one.meaning for one in chart.points}
    for meaning, (shape, colour) in LOOKS.items():
        if meaning in seen:
            yield Mark(x=0, y=0, shape=shape, colour=colour), MEANINGS[meaning]
    yield Path(points=(), colour=QUIET, thickness=1.5), "mean"
    if any(one.upper is not None for one in chart.groups):
        yield Path(points=(), colour=QUIET, thickness=1.5, dashes="2 4"), "limits"
    if any(one.target is not None for one in chart.points):
        yield Path(points=(), thickness=1.5, dashes="6 4"), "target"


ICON = 64
NOTHING = "\N{EN DASH}"
_WAVE = ((12, 34), (20, 27), (28, 36), (36, 28), (44, 35), (52, 29))


_MEANT: Mapping[Variation, Meaning] = {
    "common": "common",
    "improvement-high": "improvement",
    "improvement-low": "improvement",
    "concern-high": "concern",
    "concern-low": "concern",
    "high": "high",
    "low": "low",
}


def variation_icon(name: str, variation: Variation | None) -> Sheet:
    """A wave whose last points leave it, with H for high and L for low; the words are its title."""
    if variation is None:
        return _icon(name, VARIATIONS[None], QUIET, (_letter(NOTHING, 40, QUIET),))
    shape, colour = LOOKS[_MEANT[variation]]
    way = variation.rpartition("-")[2]
    letter, at, move = {"high": ("H", 54.0, -10.0), "low": ("L", 22.0, 10.0)}.get(
        way, ("", 0.0, 0.0)
    )
    wave = tuple((x, y + (move if n > 3 else 0) - move / 3) for n, (x, y) in enumerate(_WAVE))
    return _icon(
        name,
        VARIATIONS[variation],
        colour,
        (
            Path(points=wave, colour=colour, thickness=1.5),
            *(Mark(x=x, y=y, shape="circle", colour=QUIET, radius=2) for x, y in wave[:4]),
            *(Mark(x=x, y=y, shape=shape, colour=colour, radius=3) for x, y in wave[4:]),
            *((_letter(letter, at, colour),) if letter else ()),
        ),
    )


def assurance_icon(name: str, assurance: Assurance | None) -> Sheet:
    """A wave and the target's line: clear of it with P or F, or across it with a question mark."""
    if assurance is None:
        return _icon(name, ASSURANCES[None], QUIET, (_letter(NOTHING, 40, QUIET),))
    colour = {"passes": IMPROVEMENT, "fails": CONCERN, "hit-and-miss": QUIET}[assurance]
    letter, at, height = {
        "passes": ("P", 22.0, 44.0),
        "fails": ("F", 56.0, 20.0),
        "hit-and-miss": ("?", 22.0, 32.0),
    }[assurance]
    return _icon(
        name,
        ASSURANCES[assurance],
        colour,
        (
            Path(points=((8, height), (56, height)), colour=INK, thickness=2, dashes="6 4"),
            Path(points=tuple((x, y + 2) for x, y in _WAVE), colour=colour, thickness=2.5),
            _letter(letter, at, colour),
        ),
    )


def _letter(text: str, y: float, colour: str) -> Label:
    return Label(x=32, y=y, text=text, size=15, anchor="middle", bold=True, colour=colour)


def _icon(name: str, said: str, colour: str, shapes: tuple[Shape, ...]) -> Sheet:
    return Sheet(
        name=name,
        title=said.partition(":")[0],
        description=said,
        width=ICON,
        height=ICON,
        shapes=(
            Mark(x=32, y=32, shape="circle", colour=PAPER, radius=31),
            Mark(x=32, y=32, shape="ring", colour=colour, radius=30),
            *shapes,
        ),
    )

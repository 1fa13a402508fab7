"""A measure's values by period as a line, with its target and what comes if nothing changes.

Law: a value that missed its target differs in shape as well as colour; a period without a value
breaks the line and is marked, so that nothing missing looks like nothing counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shared.charts.drawing import CONCERN, INK, MAIN, QUIET, Label, Mark, Path, Shape, Sheet
from shared.charts.forecasts import Coming
from shared.charts.frames import Frame, Unit, axis_lines, number, period_names, x_at, y_at
from shared.charts.lettering import width
from shared.charts.scales import Scale, scale

FEWEST_FOR_FORECAST = 4
PERIODS_AHEAD = 2


class TrendPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One period: its short name in one or two lines, its value and how that stands.

    `target` is what was asked in that period, where targets change. Where `few`, there is no
    value because there were too few to say.
    """

    label: str
    under: str = ""
    value: float | None = None
    missed: bool = False
    spoken: str = ""
    target: float | None = None
    few: bool = False


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `name` is unlike that of any other drawing on the page.

    `coming` takes the place of the forecast made here, and shows its interval. Nobody misses or
    meets a target where it is not `judged`.
    """

    name: str
    title: str
    unit: Unit
    points: tuple[TrendPoint, ...]
    target: float | None = None
    forecast: bool = True
    coming: tuple[Coming, ...] = ()
    judged: bool = True


def wide(trend: Trend) -> Sheet:
    return _sheet(trend, "wide", 640, 300, 14)


def narrow(trend: Trend) -> Sheet:
    """The same for a small screen: fewer period names, larger letters for its width."""
    return _sheet(trend, "narrow", 340, 280, 13)


def card(trend: Trend) -> Sheet:
    """The same for a report card, of which several share a sheet of paper."""
    return _sheet(trend, "card", 340, 190, 13)


def forecast(trend: Trend) -> tuple[float, ...]:
    """The newest value moved on as the values so far have moved; nothing where they are too few."""
    if trend.coming:
        return tuple(one.value for one in trend.coming)
    known = [(n, p.value) for n, p in enumerate(trend.points) if p.value is not None]
    if not trend.forecast or len(known) < FEWEST_FOR_FORECAST:
        return ()
    last, value = known[-1]
    slope = _slope(known)
    ahead = range(len(trend.points), len(trend.points) + PERIODS_AHEAD)
    most = 100.0 if trend.unit == "percent" else float("inf")
    return tuple(min(most, max(0.0, value + slope * (x - last))) for x in ahead)


def _slope(known: Sequence[tuple[int, float]]) -> float:
    """How much the straight line nearest to the values rises by period (least squares)."""
    mean_x = sum(x for x, _ in known) / len(known)
    mean_y = sum(y for _, y in known) / len(known)
    spread = sum((x - mean_x) ** 2 for x, _ in known)
    return sum((x - mean_x) * (y - mean_y) for x, y in known) / spread


def described(trend: Trend) -> str:
    """What the line shows, for those who do not see it."""
    given = [p for p in trend.points if p.value is not None]
    if not given:
        return "No values yet."
    missed = sum(p.missed for p in given)
    said = f"{len(given)} of {len(trend.points)} periods have a value. Latest: {_spoken(given[-1])}"
    said += f", {given[-1].label} {given[-1].under}".rstrip() + "."
    if trend.target is None:
        return said + " No target."
    against = f"; missed in {missed}" if trend.judged else ""
    return f"{said} Target {number(trend.target, trend.unit)}{against}."


def _spoken(point: TrendPoint) -> str:
    return point.spoken or f"{point.value:g}"


def _sheet(trend: Trend, copy: str, paper: float, height: float, size: float) -> Sheet:
    ahead = forecast(trend)
    values = [p.value for p in trend.points if p.value is not None]
    targets = [] if trend.target is None else [trend.target]
    targets += [p.target for p in trend.points if p.target is not None]
    edges = [edge for one in trend.coming for edge in (one.low, one.high)]
    axis = scale([*values, *targets, *ahead, *edges], 100 if trend.unit == "percent" else None)
    widest = max(width(number(step, trend.unit), size) for step in axis.steps)
    frame = Frame(
        width=paper,
        height=height,
        size=size,
        left=widest + 12,
        right=paper - 24,
        top=size * 1.8,
        bottom=height - size * 5.4,
    )
    return Sheet(
        name=f"{trend.name}-{copy}",
        title=trend.title,
        description=described(trend),
        width=paper,
        height=height,
        shapes=(
            *axis_lines(frame, axis, trend.unit),
            *_target(frame, axis, trend, len(ahead)),
            *_interval(frame, axis, trend),
            *_line(frame, axis, trend, ahead),
            *period_names(frame, [(p.label, p.under) for p in trend.points], len(ahead)),
            *_key(frame, trend, bool(ahead)),
        ),
    )


def _target(frame: Frame, axis: Scale, trend: Trend, ahead: int) -> Iterator[Shape]:
    """One line across; where targets change by period, a step at each change."""
    if trend.target is None:
        return
    count = len(trend.points) + ahead
    corners: list[tuple[float, float]] = []
    asked = [point.target for point in trend.points]
    if any(one is not None and one != trend.target for one in asked):
        for index, one in enumerate(asked):
            y = y_at(frame, axis, trend.target if one is None else one)
            x = x_at(frame, index, count)
            if corners and corners[-1][1] != y:
                corners.append((x, corners[-1][1]))
            corners.append((x if corners else frame.left, y))
    last = y_at(frame, axis, trend.target)
    corners = corners or [(frame.left, last)]
    if corners[-1][1] != last:
        corners.append((corners[-1][0], last))
    yield Path(points=(*corners, (frame.right, last)), colour=INK, thickness=1.5, dashes="6 4")


def _interval(frame: Frame, axis: Scale, trend: Trend) -> Iterator[Shape]:
    """How far a forecast may be out: an upright line with ends."""
    count = len(trend.points) + len(trend.coming)
    for index, one in enumerate(trend.coming, len(trend.points)):
        x = x_at(frame, index, count)
        low, high = y_at(frame, axis, one.low), y_at(frame, axis, one.high)
        yield Path(points=((x, low), (x, high)), colour=QUIET, thickness=1)
        for y in (low, high):
            yield Path(points=((x - 4, y), (x + 4, y)), colour=QUIET, thickness=1)


def _line(frame: Frame, axis: Scale, trend: Trend, ahead: Sequence[float]) -> Iterator[Shape]:
    count = len(trend.points) + len(ahead)
    for stretch in _stretches(trend.points):
        points = tuple((x_at(frame, n, count), y_at(frame, axis, v)) for n, v in stretch)
        if len(points) > 1:
            yield Path(points=points, colour=MAIN, thickness=2.5)
    last = next((n for n, p in reversed(list(enumerate(trend.points))) if p.value is not None), -1)
    if ahead:
        coming = [(last, trend.points[last].value or 0.0)]
        coming += enumerate(ahead, len(trend.points))
        points = tuple((x_at(frame, n, count), y_at(frame, axis, v)) for n, v in coming)
        yield Path(points=points, colour=QUIET, thickness=2, dashes="2 4")
    for index, point in enumerate(trend.points):
        yield _mark(frame, axis, point, x_at(frame, index, count))
    if last >= 0:
        yield _latest(frame, axis, trend, last, x_at(frame, last, count))


def _stretches(points: Sequence[TrendPoint]) -> Iterator[list[tuple[int, float]]]:
    """Runs of neighbouring periods that have a value."""
    run: list[tuple[int, float]] = []
    for index, point in enumerate(points):
        if point.value is None:
            yield run
            run = []
        else:
            run.append((index, point.value))
    yield run


def _mark(frame: Frame, axis: Scale, point: TrendPoint, x: float) -> Mark:
    if point.value is None:
        return Mark(x=x, y=frame.bottom - 7, shape="cross", colour=QUIET, radius=4)
    y = y_at(frame, axis, point.value)
    if point.missed:
        return Mark(x=x, y=y, shape="diamond", colour=CONCERN)
    return Mark(x=x, y=y, shape="circle", colour=MAIN)


def _latest(frame: Frame, axis: Scale, trend: Trend, last: int, x: float) -> Label:
    """The newest value in figures, on the side the line does not come from."""
    value = trend.points[last].value or 0.0
    before = trend.points[last - 1].value if last else None
    text = number(value, trend.unit)
    half = width(text, frame.size, bold=True) / 2
    y = y_at(frame, axis, value)
    falling = before is not None and before > value
    below = falling and y + frame.size * 1.6 < frame.bottom
    return Label(
        x=min(max(x, frame.left + half), frame.width - half - 2),
        y=y + frame.size * 1.45 if below else y - frame.size * 0.85,
        text=text,
        size=frame.size,
        anchor="middle",
        bold=True,
    )


def _key(frame: Frame, trend: Trend, ahead: bool) -> Iterator[Shape]:
    """What the shapes mean, in the words of the page."""
    x, y = 4.0, frame.height - frame.size * 0.9
    for kind, text in _meanings(trend, ahead):
        middle = y - frame.size * 0.33
        match kind:
            case "circle":
                yield Mark(x=x + 6, y=middle, shape="circle", colour=MAIN)
            case "diamond":
                yield Mark(x=x + 6, y=middle, shape="diamond", colour=CONCERN)
            case "cross":
                yield Mark(x=x + 6, y=middle, shape="cross", colour=QUIET, radius=4)
            case "target":
                yield Path(points=((x, middle), (x + 16, middle)), thickness=1.5, dashes="6 4")
            case _:
                ends = ((x, middle), (x + 16, middle))
                yield Path(points=ends, colour=QUIET, dashes="2 4")
        start = x + (20 if kind in ("target", "forecast") else 15)
        yield Label(x=start, y=y, text=text, size=frame.size - 1)
        x = start + width(text, frame.size - 1) + 10


def _meanings(trend: Trend, ahead: bool) -> Iterator[tuple[str, str]]:
    yield "circle", "met" if trend.judged and trend.target is not None else "value"
    if any(point.missed for point in trend.points):
        yield "diamond", "missed"
    without = {point.few for point in trend.points if point.value is None}
    if without:
        yield "cross", "too few to say" if without == {True} else "no value"
    if trend.target is not None:
        yield "target", "target"
    if ahead:
        yield "forecast", "forecast"

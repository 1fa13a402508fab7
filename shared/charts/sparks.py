"""A measure's values as a small line among words: its course, its target, its newest value.

Law: what missed its target differs in shape as well as colour; a missing period breaks the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shared.charts.drawing import CONCERN, INK, MAIN, Mark, Path, Shape, Sheet
from shared.charts.scales import scale
from shared.charts.trends import Trend, described

WIDTH, HEIGHT = 132.0, 34.0
EDGE = 6.0

Place = tuple[float, float]


def spark(trend: Trend) -> Sheet:
    """The whole series on a strip; without a value, an empty one that says so."""
    values = [point.value for point in trend.points if point.value is not None]
    targets = [] if trend.target is None else [trend.target]
    shapes: list[Shape] = []
    if values:
        axis = scale([*values, *targets], 100 if trend.unit == "percent" else None)
        count = max(len(trend.points) - 1, 1)

        def at(index: int, value: float) -> Place:
            x = EDGE + (WIDTH - 2 * EDGE) * index / count
            return x, HEIGHT - EDGE - axis.part(value) * (HEIGHT - 2 * EDGE)

        if trend.target is not None:
            ends = (at(0, trend.target), at(count, trend.target))
            shapes.append(Path(points=ends, colour=INK, thickness=1, dashes="6 4"))
        shapes += _line(trend, at)
    return Sheet(
        name=f"{trend.name}-spark",
        title=trend.title,
        description=described(trend),
        width=WIDTH,
        height=HEIGHT,
        shapes=tuple(shapes),
    )


def _line(trend: Trend, at: Callable[[int, float], Place]) -> Iterator[Shape]:
    run: list[Place] = []
    newest: Mark | None = None
    for index, point in enumerate(trend.points):
        if point.value is None:
            if len(run) > 1:
                yield Path(points=tuple(run), colour=MAIN, thickness=2)
            run = []
            continue
        x, y = at(index, point.value)
        run.append((x, y))
        shape, colour = ("diamond", CONCERN) if point.missed else ("circle", MAIN)
        newest = Mark(x=x, y=y, shape=shape, colour=colour, radius=4)
    if len(run) > 1:
        yield Path(points=tuple(run), colour=MAIN, thickness=2)
    if newest:
        yield newest

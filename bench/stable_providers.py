"""`python -m bench.stable_providers`: how often two ways of flagging hit a stable provider whose
target lies at its own mean.

Law: nothing changes in these providers, so every flag is a false alarm. The seed is stated and the
same seed gives the same figures; the special causes are those of `shared.charts.xmr`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Annotated, NamedTuple

import typer

from shared.charts.drawing import CONCERN, INK, MAIN, QUIET, Label, Mark, MarkShape, Sheet, svg
from shared.charts.drawing import Path as Line
from shared.charts.frames import Frame, axis_lines, period_names, x_at, y_at
from shared.charts.scales import Scale
from shared.charts.xmr import FEWEST_SETTLED, Chart, Point, chart

SEED = 20_260_101
PROVIDERS = 4_000
QUARTERS = 12
MONTHS = 3
MEAN, SPREAD = 80.0, 5.0


class Shares(NamedTuple):
    """The share of providers flagged by the end of each quarter, the first to the last."""

    name: str
    by_quarter: tuple[float, ...]


class Found(NamedTuple):
    """`latest_…` are the shares whose very last point is a special cause of concern, of any kind,
    or outside the limits.
    """

    shares: tuple[Shares, ...]
    latest_concern: float
    latest_any: float
    latest_outside: float


def simulate(providers: int, seed: int) -> Found:
    """Each provider reports three months and their mean for twelve quarters: normal values, all
    alike and independent, higher is better, the target at their mean. Misses are those of
    quarters; the chart is of months, looked at with each return once limits are past trial.
    """
    chance = Random(seed)  # noqa: S311 - figures that can be had again
    first: dict[str, list[int | None]] = {name: [] for name in RULES}
    latest: list[Chart] = []
    for _ in range(providers):
        months = [_value(chance) for _ in range(QUARTERS * MONTHS)]
        quarters = [sum(months[n : n + MONTHS]) / MONTHS for n in range(0, len(months), MONTHS)]
        seen: dict[str, int | None] = dict.fromkeys(RULES)
        charts = [_charted(months[: n * MONTHS]) for n in range(1, QUARTERS + 1)]
        for n, found in enumerate(charts, 1):
            for name, flags in RULES.items():
                if seen[name] is None and flags(quarters[:n], found):
                    seen[name] = n
        for name, at in seen.items():
            first[name].append(at)
        latest.append(charts[-1])
    return Found(
        shares=tuple(
            Shares(name, tuple(_by(quarters, n) for n in range(1, QUARTERS + 1)))
            for name, quarters in first.items()
        ),
        latest_concern=_share(latest, lambda one: one.points[-1].meaning == "concern"),
        latest_any=_share(latest, lambda one: one.points[-1].rule != "none"),
        latest_outside=_share(latest, lambda one: one.points[-1].rule == "outside"),
    )


def _value(chance: Random) -> float:
    return round(chance.gauss(MEAN, SPREAD), 1)


def _charted(values: Sequence[float]) -> Chart:
    points = [Point(str(n), value) for n, value in enumerate(values)]
    return chart(points, "higher", target=MEAN)


def two_misses(reported: Sequence[float], _: Chart) -> bool:
    return len(reported) > 1 and reported[-1] < MEAN and reported[-2] < MEAN


def concern(_: Sequence[float], found: Chart) -> bool:
    return len(found.points) >= FEWEST_SETTLED and found.points[-1].meaning == "concern"


def outside(reported: Sequence[float], found: Chart) -> bool:
    return concern(reported, found) and found.points[-1].rule == "outside"


RULES: dict[str, Callable[[Sequence[float], Chart], bool]] = {
    "Two misses in a row": two_misses,
    "Special cause of concern on the latest point": concern,
    "Below the lower limit": outside,
}


def _by(quarters: Sequence[int | None], n: int) -> float:
    return sum(at is not None and at <= n for at in quarters) / len(quarters)


def _share(charts: Sequence[Chart], holds: Callable[[Chart], bool]) -> float:
    return sum(map(holds, charts)) / len(charts)


LOOKS: tuple[tuple[MarkShape, str], ...] = (
    ("diamond", CONCERN),
    ("circle", MAIN),
    ("square", QUIET),
)


def plot(found: Found, providers: int, seed: int) -> Sheet:
    """The share flagged so far by quarter, a line for each rule."""
    axis = Scale(steps=(0, 20, 40, 60, 80, 100))
    frame = Frame(width=720, height=380, size=14, left=50, right=690, top=24, bottom=270)
    names = [(f"Q{n % 4 + 1}", f"year {n // 4 + 1}") for n in range(QUARTERS)]
    shapes = [*axis_lines(frame, axis, "percent"), *period_names(frame, names)]
    for place, (one, (shape, colour)) in enumerate(zip(found.shares, LOOKS, strict=True)):
        line = tuple(
            (x_at(frame, n, QUARTERS), y_at(frame, axis, share * 100))
            for n, share in enumerate(one.by_quarter)
        )
        shapes.append(Line(points=line, colour=colour, thickness=2))
        shapes += [Mark(x=x, y=y, shape=shape, colour=colour, radius=4) for x, y in line]
        y = 322 + place * 20
        shapes.append(Mark(x=60, y=y - 5, shape=shape, colour=colour, radius=4))
        said = f"{one.name}: {one.by_quarter[-1]:.1%} within twelve quarters"
        shapes.append(Label(x=74, y=y, text=said, size=14, colour=INK))
    return Sheet(
        name="stable-providers",
        title="Stable providers flagged, by quarter",
        description=". ".join(f"{one.name}: {one.by_quarter[-1]:.1%}" for one in found.shares)
        + f". {providers} simulated providers, seed {seed}.",
        width=frame.width,
        height=frame.height,
        shapes=tuple(shapes),
    )


def main(
    providers: Annotated[int, typer.Option(min=1)] = PROVIDERS,
    seed: Annotated[int, typer.Option()] = SEED,
    to: Annotated[Path | None, typer.Option("--svg", help="Where the plot goes.")] = None,
) -> None:
    """Simulate stable providers and say how many each rule flags."""
    found = simulate(providers, seed)
    for one in found.shares:
        typer.echo(f"{one.name}: {one.by_quarter[-1]:.2%} within {QUARTERS} quarters")
    typer.echo(f"Latest point alone, concern: {found.latest_concern:.2%}")
    typer.echo(f"Latest point alone, any special cause: {found.latest_any:.2%}")
    typer.echo(f"Latest point alone, outside the limits: {found.latest_outside:.2%}")
    if to is not None:
        to.write_text(svg(plot(found, providers, seed), "plot") + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)

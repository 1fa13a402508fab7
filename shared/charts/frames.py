"""What charts over time share: the plot's edges, its axis, and the names of periods under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from shared.charts.drawing import FAINT, QUIET, Label, Path, Shape
from shared.charts.lettering import width
from shared.charts.scales import Scale

Unit = Literal["number", "percent", "days", "score", "pence"]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The paper: its size, its letters and the plot's edges."""

    width: float
    height: float
    size: float
    left: float
    right: float
    top: float
    bottom: float


def number(value: float, unit: Unit) -> str:
    """A value as an axis says it."""
    if unit == "pence":
        return f"£{value / 100:,.0f}"
    said = f"{value:,.1f}".removesuffix(".0")
    return f"{said}%" if unit == "percent" else said


def x_at(frame: Frame, index: int, count: int) -> float:
    if count == 1:
        return (frame.left + frame.right) / 2
    inset = 12
    return frame.left + inset + (frame.right - frame.left - inset) * index / (count - 1)


def y_at(frame: Frame, axis: Scale, value: float) -> float:
    return frame.bottom - axis.part(value) * (frame.bottom - frame.top)


def axis_lines(frame: Frame, axis: Scale, unit: Unit) -> Iterator[Shape]:
    for step in axis.steps:
        y = y_at(frame, axis, step)
        colour = QUIET if step == axis.low else FAINT
        yield Path(points=((frame.left, y), (frame.right, y)), colour=colour, thickness=1)
        yield Label(
            x=frame.left - 6,
            y=y + frame.size * 0.33,
            text=number(step, unit),
            size=frame.size,
            anchor="end",
            colour=QUIET,
        )


def period_names(frame: Frame, names: Sequence[tuple[str, str]], ahead: int = 0) -> Iterator[Label]:
    """Period names under the axis, as many as have room, always the latest."""
    count = len(names) + ahead
    room = max((width(text, frame.size) for name in names for text in name), default=0)
    gap = (frame.right - frame.left) / max(count - 1, 1)
    every = max(1, -(-int(room + 8) // max(int(gap), 1)))
    for index, name in enumerate(names):
        if (len(names) - 1 - index) % every:
            continue
        for line, text in enumerate(filter(None, name)):
            half = width(text, frame.size) / 2
            x = x_at(frame, index, count)
            yield Label(
                x=min(max(x, half + 1), frame.width - half - 1),
                y=frame.bottom + frame.size * (1.5 + line * 1.2),
                text=text,
                size=frame.size,
                anchor="middle",
                colour=QUIET,
            )

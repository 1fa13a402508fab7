"""Money against its limit as one bar: what is spent, what is promised, and where the budget ends.

Law: parts are told apart by pattern and by words as well as by colour; what goes beyond the limit
is drawn beyond the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shared.charts.drawing import INK, MAIN, QUIET, Block, Box, Label, Path, Shape, Sheet
from shared.charts.lettering import shortened, width

FILLS = (MAIN, "#9a6fa1", "#dccbe0")
BAR_HEIGHT = 26


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the bar; `said` is its amount as people read it."""

    label: str
    amount: int
    said: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. Parts follow each other; none is below nothing."""

    name: str
    title: str
    parts: tuple[Part, ...]
    limit: Part


def wide(bar: Bar) -> Sheet:
    return _sheet(bar, "wide", 640, 14)


def narrow(bar: Bar) -> Sheet:
    return _sheet(bar, "narrow", 340, 13)


def described(bar: Bar) -> str:
    parts = ", ".join(f"{part.label} {part.said}" for part in bar.parts)
    return f"{parts}. {bar.limit.label} {bar.limit.said}."


def _sheet(bar: Bar, copy: str, paper: float, size: float) -> Sheet:
    most = max(sum(max(part.amount, 0) for part in bar.parts), bar.limit.amount, 1)
    across = paper - 8
    top = size * 2
    below = top + BAR_HEIGHT
    key = tuple(_key(bar.parts, paper, below + size * 1.8, size))
    height = max((shape.box.bottom for shape in key if isinstance(shape, Label)), default=below)
    return Sheet(
        name=f"{bar.name}-{copy}",
        title=bar.title,
        description=described(bar),
        width=paper,
        height=round(height + 4),
        shapes=(
            Block(box=Box(4, top, 4 + across * bar.limit.amount / most, below), outline=QUIET),
            *_parts(bar.parts, across / most, top),
            *_limit(bar.limit, 4 + across * bar.limit.amount / most, top, paper, size),
            *key,
        ),
    )


def _parts(parts: Sequence[Part], scale: float, top: float) -> Iterator[Shape]:
    left = 4.0
    for index, part in enumerate(parts):
        right = left + max(part.amount, 0) * scale
        box = Box(left, top + 3, right, top + BAR_HEIGHT - 3)
        if right > left:
            yield Block(box=box, fill=FILLS[index % len(FILLS)], outline=MAIN)
            yield from _pattern(box, index)
        left = right


def _pattern(box: Box, index: int) -> Iterator[Path]:
    """Upright strokes on the second part, none on the first, wide-set ones on the third."""
    if index == 0:
        return
    gap = 6 if index == 1 else 14
    at = box.left + gap
    while at < box.right - 1:
        yield Path(points=((at, box.top), (at, box.bottom)), colour=MAIN, thickness=1)
        at += gap


def _limit(limit: Part, x: float, top: float, paper: float, size: float) -> Iterator[Shape]:
    yield Path(points=((x, top - 5), (x, top + BAR_HEIGHT + 5)), colour=INK, thickness=3)
    text = f"{limit.label} {limit.said}"
    half = width(text, size, bold=True) / 2
    middle = min(max(x, half + 2), paper - half - 2)
    yield Label(x=middle, y=top - 10, text=text, size=size, anchor="middle", bold=True)


def _key(parts: Sequence[Part], paper: float, y: float, size: float) -> Iterator[Shape]:
    """A swatch and words for each part, on as many lines as it takes."""
    x = 4.0
    for index, part in enumerate(parts):
        text = shortened(f"{part.label} {part.said}", size, paper - 28)
        if x > 4 and x + 20 + width(text, size) > paper - 4:
            x, y = 4.0, y + size * 1.5
        box = Box(x, y - size * 0.8, x + 14, y + 2)
        yield Block(box=box, fill=FILLS[index % len(FILLS)], outline=MAIN)
        yield from _pattern(box, index)
        yield Label(x=x + 20, y=y, text=text, size=size)
        x += 20 + width(text, size) + 18

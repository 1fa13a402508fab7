"""Shapes on a sheet, and the sheet written as SVG.

Law: everything said in a drawing is escaped, lies inside the sheet and has a name and a
description beside it; nothing is styled inline, so a strict content policy shows it.
"""

from __future__ import annotations

from html import escape
from typing import Literal, NamedTuple

import msgspec

from shared.charts.lettering import width

INK = "#0b0c0c"
QUIET = "#505a5f"
FAINT = "#cecece"
PAPER = "#ffffff"
MAIN = "#5f2167"
CONCERN = "#b34b00"

Anchor = Literal["start", "middle", "end"]
Dashes = Literal["", "6 4", "2 4"]
MarkShape = Literal["circle", "diamond", "triangle", "square", "ring", "cross"]


class Box(NamedTuple):
    """A rectangle by its corners."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Something drawn."""


class Path(Shape, frozen=True, kw_only=True):
    """Straight lines from point to point."""

    points: tuple[tuple[float, float], ...]
    colour: str = INK
    thickness: float = 2
    dashes: Dashes = ""


class Block(Shape, frozen=True, kw_only=True):
    """A filled rectangle with an outline."""

    box: Box
    fill: str = PAPER
    outline: str = INK
    thickness: float = 1


class Mark(Shape, frozen=True, kw_only=True):
    """One value; its shape says what the colour says."""

    x: float
    y: float
    shape: MarkShape
    colour: str = MAIN
    radius: float = 5


class Label(Shape, frozen=True, kw_only=True):
    """Words; `y` is the line they stand on."""

    x: float
    y: float
    text: str
    size: float = 14
    anchor: Anchor = "start"
    bold: bool = False
    colour: str = INK

    @property
    def box(self) -> Box:
        wide = width(self.text, self.size, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(left, self.y - self.size * 0.8, left + wide, self.y + self.size * 0.25)


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing: what it is called, what it shows, and its shapes from back to front."""

    name: str
    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(shape for shape in self.shapes if isinstance(shape, Label))


def svg(sheet: Sheet, classes: str) -> str:
    """The sheet as an SVG element; `name` makes its ids its own among several on one page."""
    title, description = f"{sheet.name}-title", f"{sheet.name}-desc"
    head = _tag(
        "svg",
        closed=False,
        xmlns="http://www.w3.org/2000/svg",
        **{"class": classes},
        viewBox=f"0 0 {_number(sheet.width)} {_number(sheet.height)}",
        role="img",
        focusable="false",
        **{"aria-labelledby": title, "aria-describedby": description},
        font_family="Helvetica Neue, Helvetica, Arial, sans-serif",
    )
    said = f'<title id="{escape(title)}">{escape(sheet.title)}</title>'
    said += f'<desc id="{escape(description)}">{escape(sheet.description)}</desc>'
    return head + said + "".join(map(_drawn, sheet.shapes)) + "</svg>"


def _drawn(shape: Shape) -> str:
    match shape:
        case Path():
            return _path(shape)
        case Block(box=box):
            return _tag(
                "rect",
                x=box.left,
                y=box.top,
                width=box.right - box.left,
                height=box.bottom - box.top,
                fill=shape.fill,
                stroke=shape.outline,
                stroke_width=shape.thickness,
            )
        case Mark():
            return _mark(shape)
        case Label():
            return _label(shape)
        case _:
            raise TypeError(f"{type(shape).__name__} cannot be drawn")


def _path(path: Path) -> str:
    return _tag(
        "polyline",
        points=" ".join(f"{_number(x)},{_number(y)}" for x, y in path.points),
        fill="none",
        stroke=path.colour,
        stroke_width=path.thickness,
        stroke_dasharray=path.dashes or None,
    )


def _mark(mark: Mark) -> str:
    x, y, r = mark.x, mark.y, mark.radius
    match mark.shape:
        case "circle":
            return _tag("circle", cx=x, cy=y, r=r, fill=mark.colour)
        case "ring":
            return _tag("circle", cx=x, cy=y, r=r, fill=PAPER, stroke=mark.colour, stroke_width=2)
        case "diamond" | "triangle" | "square":
            points = " ".join(f"{_number(a)},{_number(b)}" for a, b in _corners(mark))
            return _tag("polygon", points=points, fill=mark.colour, stroke=PAPER, stroke_width=1)
        case "cross":
            d = f"M{_number(x - r)} {_number(y - r)}L{_number(x + r)} {_number(y + r)}"
            d += f"M{_number(x - r)} {_number(y + r)}L{_number(x + r)} {_number(y - r)}"
            return _tag("path", d=d, fill="none", stroke=mark.colour, stroke_width=2)


def _corners(mark: Mark) -> tuple[tuple[float, float], ...]:
    x, y, far, near = mark.x, mark.y, mark.radius * 1.5, mark.radius * 1.1
    match mark.shape:
        case "triangle":
            return ((x, y - far), (x + far, y + near), (x - far, y + near))
        case "square":
            left, top, right, bottom = x - near, y - near, x + near, y + near
            return ((left, top), (right, top), (right, bottom), (left, bottom))
        case _:
            return ((x, y - far), (x + far, y), (x, y + far), (x - far, y))


def _label(label: Label) -> str:
    head = _tag(
        "text",
        closed=False,
        x=label.x,
        y=label.y,
        font_size=label.size,
        fill=label.colour,
        text_anchor=label.anchor if label.anchor != "start" else None,
        font_weight="bold" if label.bold else None,
    )
    return f"{head}{escape(label.text)}</text>"


def _tag(name: str, *, closed: bool = True, **attributes: object) -> str:
    """`stroke_width=2` as `stroke-width="2"`; what is None is not said."""
    said = "".join(
        f' {key.replace("_", "-")}="{escape(_said(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}{'/' if closed else ''}>"


def _said(value: object) -> str:
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

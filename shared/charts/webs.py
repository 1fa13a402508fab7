"""Things and what leads from one to the next, as rows of boxes from top to bottom.

Law: every thing given is either drawn or counted in a box that says how many more there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from shared.charts.drawing import INK, MAIN, QUIET, Block, Box, Label, Path, Shape, Sheet
from shared.charts.lettering import lines, shortened

ROW_GAP = 34
BOX_HEIGHT = 58
BOX_GAP = 12
EDGE = "#8a8f94"
CHOSEN = "#f1e6f3"


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A box: the row it belongs to, its title, and a quieter line below."""

    id: str
    row: str
    title: str
    under: str = ""


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn. `rows` is their order, each with its heading; `links` go from id to id."""

    name: str
    title: str
    description: str
    rows: tuple[tuple[str, str], ...]
    things: tuple[Thing, ...]
    links: tuple[tuple[str, str], ...]
    chosen: str = ""


class _Placed(msgspec.Struct, frozen=True, kw_only=True):
    box: Box
    thing: Thing


def wide(web: Web) -> Sheet:
    return _sheet(web, "wide", 960, 5, 14)


def narrow(web: Web) -> Sheet:
    return _sheet(web, "narrow", 340, 2, 13)


def _sheet(web: Web, copy: str, paper: float, across: int, size: float) -> Sheet:
    rows = [(heading, kept) for row, heading in web.rows if (kept := _kept(web, row, across))]
    step = size * 1.6 + BOX_HEIGHT + ROW_GAP
    placed: dict[str, _Placed] = {}
    headings: list[Label] = []
    for index, (heading, things) in enumerate(rows):
        top = 4 + index * step
        headings.append(Label(x=4, y=top + size, text=heading, size=size, bold=True, colour=QUIET))
        placed |= _row(things, paper, across, top + size * 1.6)
    stand_in = _stand_ins(web, rows)
    return Sheet(
        name=f"{web.name}-{copy}",
        title=web.title,
        description=web.description,
        width=paper,
        height=max(len(rows) * step - ROW_GAP + 8, size * 2),
        shapes=(
            *_links(web, placed, stand_in),
            *(shape for one in placed.values() for shape in _thing(one, one.thing.id == web.chosen,
                                                                   size)),
            *headings,
        ),
    )  # fmt: skip


def _kept(web: Web, row: str, across: int) -> list[Thing]:
    """The things of a row that have room, the chosen one among them, and how many more."""
    every = [thing for thing in web.things if thing.row == row]
    if len(every) <= across:
        return every
    every.sort(key=lambda thing: thing.id != web.chosen)
    left = len(every) - (across - 1)
    more = Thing(id=f"more {row}", row=row, title=f"and {left} more", under="in the list below")
    return [*every[: across - 1], more]


def _stand_ins(web: Web, rows: Sequence[tuple[str, Sequence[Thing]]]) -> Mapping[str, str]:
    """For each thing, the box that stands for it: its own, or its row's `more`."""
    drawn = {thing.id for _, things in rows for thing in things}
    return {
        thing.id: thing.id if thing.id in drawn else f"more {thing.row}" for thing in web.things
    }


def _row(things: Sequence[Thing], paper: float, across: int, top: float) -> dict[str, _Placed]:
    wide = (paper - 8 - BOX_GAP * (across - 1)) / across
    taken = len(things) * wide + (len(things) - 1) * BOX_GAP
    left = (paper - taken) / 2
    found: dict[str, _Placed] = {}
    for thing in things:
        found[thing.id] = _Placed(box=Box(left, top, left + wide, top + BOX_HEIGHT), thing=thing)
        left += wide + BOX_GAP
    return found


def _links(web: Web, placed: Mapping[str, _Placed], stand_in: Mapping[str, str]) -> Iterator[Path]:
    pairs = {(stand_in.get(a, ""), stand_in.get(b, "")) for a, b in web.links}
    for source, target in sorted(pairs):
        if source == target or source not in placed or target not in placed:
            continue
        upper, lower = placed[source].box, placed[target].box
        if upper.top > lower.top:
            upper, lower = lower, upper
        start = ((upper.left + upper.right) / 2, upper.bottom)
        end = ((lower.left + lower.right) / 2, lower.top)
        middle = lower.top - ROW_GAP / 2
        if upper.top == lower.top:
            continue
        yield Path(
            points=(start, (start[0], start[1] + 8), (end[0], middle), end),
            colour=EDGE,
            thickness=1.5,
        )


def _thing(placed: _Placed, chosen: bool, size: float) -> Iterator[Shape]:
    box, thing = placed.box, placed.thing
    room = box.right - box.left - 16
    small = size - 1
    yield Block(
        box=box,
        fill=CHOSEN if chosen else "#ffffff",
        outline=MAIN if chosen else INK,
        thickness=3 if chosen else 1,
    )
    said = lines(thing.title, small, room, 2 if thing.under else 3)
    y = box.top + 18
    for line in said:
        yield Label(x=box.left + 8, y=y, text=line, size=small)
        y += small * 1.2
    if thing.under:
        text = shortened(thing.under, small - 1, room)
        yield Label(x=box.left + 8, y=y, text=text, size=small - 1, colour=QUIET)

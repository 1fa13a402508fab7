"""How wide letters are, so that a drawing knows its words fit before anyone sees it.

Law: a width is never less than what Arial or Liberation Sans takes; a word too long is cut short
with an ellipsis, never left to run out of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator

# Advance widths of Arial in thousandths of the size; anything not named takes the widest.
_WIDTHS: dict[str, int] = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys(" ,.:;ftI/\\![]", 278),
    **dict.fromkeys("r()-{}`", 333),
    **dict.fromkeys('*"', 389),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("abdeghnopquL0123456789?£$_#", 556),
    **dict.fromkeys("+=<>~", 584),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    **dict.fromkeys("%", 889),
    **dict.fromkeys("W", 944),
    "\N{EN DASH}": 556,
    "\N{RIGHT SINGLE QUOTATION MARK}": 222,
    "\N{MIDDLE DOT}": 333,
}
_WIDEST = 1015
_BOLD = 1.1
ELLIPSIS = "…"
_ELLIPSIS_WIDTH = 1000


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is at a size, in the units of the size."""
    thousandths = sum(_letter(letter) for letter in text)
    return thousandths / 1000 * size * (_BOLD if bold else 1)


def _letter(letter: str) -> int:
    return _ELLIPSIS_WIDTH if letter == ELLIPSIS else _WIDTHS.get(letter, _WIDEST)


def shortened(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, or as much of it as has room, with an ellipsis."""
    if width(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and width(kept.rstrip() + ELLIPSIS, size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS if kept else ""


def lines(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, broken between words; the last is cut short if it must."""
    found = list(_broken(text.split(), size, room))
    kept = [shortened(line, size, room) for line in found[:most]]
    if len(found) > most:
        kept[-1] = shortened(f"{found[most - 1]} {found[most]}", size, room)
        if not kept[-1].endswith(ELLIPSIS):
            kept[-1] = shortened(kept[-1] + ELLIPSIS, size, room)
    return tuple(kept)


def _broken(words: list[str], size: float, room: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line

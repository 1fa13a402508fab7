"""Two sides made from one truth, and the ways in which real ones come apart."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from services.gateway.reconciliations.lines import Line

DAY = date(2026, 4, 1)


def line(
    number: int, pence: int, day: int = 0, reference: str = "", batch: str = "", text: str = ""
) -> Line:
    return Line(
        number=number, on=DAY + timedelta(days=day), amount_pence=pence, reference=reference,
        batch=batch, text=text,
    )  # fmt: skip


def year_of_lines(count: int, seed: int = 7) -> tuple[list[Line], list[Line]]:
    """A year on both sides: most alike, some a day late, some in batches, some a little off."""
    chance = Random(seed)  # noqa: S311 - made up, not secret
    ours: list[Line] = []
    theirs: list[Line] = []
    for number in range(1, count + 1):
        day, pence = chance.randrange(365), chance.choice((1, -1)) * chance.randrange(100, 9_000_00)
        reference = f"PAY-{number:06d}"
        ours.append(line(number, pence, day, reference))
        fate = chance.random()
        if fate < 0.90:
            theirs.append(line(number, pence, day, reference))
        elif fate < 0.95:
            theirs.append(line(number, pence, day + chance.randrange(1, 4), ""))
        elif fate < 0.97:
            theirs.append(line(number, pence + 9, day, reference))
        elif fate < 0.99:
            theirs.append(line(number, pence + 3, day, ""))
        else:
            theirs.append(line(number, chance.randrange(100, 9_000_00), day + 1, f"X{number}"))
    return ours, theirs

"""Which few of many amounts make a sum exactly, where only one choice of them does. Pure.

Law: an answer is given only when there is no other; a search that would take too long answers
that it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

MOST_LINES = 6
MOST_CANDIDATES = 48
MOST_STEPS = 20_000
ENOUGH = 2  # solutions; the second shows that the first is not the only one


class Search:
    """The search for one sum among amounts that are all above zero, largest first."""

    def __init__(self, amounts: Sequence[int]) -> None:
        self._amounts = amounts
        self._before = [0, *accumulate(amounts)]
        self.steps = 0
        self.found: list[tuple[int, ...]] = []

    def look(self, left: int, start: int, chosen: tuple[int, ...]) -> None:
        """Adds to `found` each choice of at least two places that makes what is left."""
        amounts, room = self._amounts, MOST_LINES - len(chosen)
        for at in range(start, len(amounts)):
            self.steps += 1
            if self.steps > MOST_STEPS or len(self.found) >= ENOUGH:
                return
            amount = amounts[at]
            if amount > left:
                continue
            most = self._before[min(at + room, len(amounts))] - self._before[at]
            if most < left:
                return
            if amount == left:
                if chosen:
                    self.found.append((*chosen, at))
            elif room > 1:
                self.look(left - amount, at + 1, (*chosen, at))


def only_choice(target: int, amounts: Sequence[int]) -> tuple[tuple[int, ...] | None, int]:
    """The places of the only 2 to 6 amounts that make the target, and the steps it took.

    `amounts` are above zero and in descending order. None: no choice, more than one, or unknown.
    """
    if len(amounts) < ENOUGH or len(amounts) > MOST_CANDIDATES:
        return None, 1
    search = Search(amounts)
    search.look(target, 0, ())
    known = search.steps <= MOST_STEPS and len(search.found) == 1
    return (search.found[0] if known else None), search.steps

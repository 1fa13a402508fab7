"""How votes are counted and the sum shared out. Pure; anybody can do the same with a pencil.

Law: the count is the ballots and nothing else; a choice with more votes is looked at first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.needs.votes.events import Choice


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One choice after the count, in the order in which the sum was shared out."""

    choice: str
    title: str
    cost_pence: int
    votes: int
    funded: bool
    left_pence: int


def count(ballots: Iterable[Sequence[str]]) -> dict[str, int]:
    """The votes of each choice that has any."""
    return dict(Counter(choice for ballot in ballots for choice in ballot))


def share_out(
    pot_pence: int, choices: Sequence[Choice], votes: Mapping[str, int]
) -> tuple[Counted, ...]:
    """Most votes first; each choice is paid for where the money left is enough, or passed over.

    Where two have as many votes the cheaper comes first, then the one higher on the ballot. A
    choice nobody voted for is not paid for.
    """
    place = {one.choice: n for n, one in enumerate(choices)}
    order = sorted(
        choices,
        key=lambda one: (-votes.get(one.choice, 0), one.cost_pence, place[one.choice]),
    )
    left = pot_pence
    counted: list[Counted] = []
    for one in order:
        got = votes.get(one.choice, 0)
        funded = got > 0 and one.cost_pence <= left
        left -= one.cost_pence if funded else 0
        counted.append(
            Counted(
                choice=one.choice,
                title=one.title,
                cost_pence=one.cost_pence,
                votes=got,
                funded=funded,
                left_pence=left,
            )
        )
    return tuple(counted)

"""The award letter to each bidder, made from the moderated scores and their reasons. Pure.

Law: a letter says what its bidder may know: its own assessment whole, and of the successful bid
name, price, scores and the reasons for them (Procurement Act 2023 s.50(4); SI 2023/1348 reg. 11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from shared.published.procurement import Criterion
from shared.values.money import pounds

WHOLE = 10_000  # basis points


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """A bid as it was judged: by criterion the agreed score in basis points, and why."""

    provider: str
    scores: Mapping[str, int]
    reasons: str
    by_criterion: Mapping[str, str]


def letter(
    title: str,
    criteria: Sequence[Criterion],
    own: Assessed,
    winner: Assessed,
    annual_price_pence: int,
    on: date,
) -> str:
    """The letter to the bidder of `own`, as plain text."""
    won = own == winner
    parts = [
        f"{title}\nTo {own.provider}, {on.day} {on:%B %Y}",
        "Your bid was successful. The contract can be made once the notice has been published and "
        "any standstill is over."
        if won
        else f"Your bid was not successful. The contract is to be awarded to {winner.provider}.",
        f"The price awarded is {pounds(annual_price_pence)} a year.",
        "How your bid was assessed\n" + _assessment(criteria, own),
    ]
    if not won:
        parts.append("How the successful bid was assessed\n" + _assessment(criteria, winner))
    return "\n\n".join(parts) + "\n"


def _assessment(criteria: Sequence[Criterion], bid: Assessed) -> str:
    lines: list[str] = []
    total = 0
    for one in criteria:
        score = bid.scores[one.criterion]
        total += one.weight_basis_points * score
        weight = _percent(one.weight_basis_points)
        lines.append(f"{one.title} (weight {weight} %): {_percent(score)} of 100.")
        if why := bid.by_criterion.get(one.criterion):
            lines.append(f"  {why}")
    lines.append(f"Altogether {_percent(total // WHOLE)} of 100.")
    if bid.reasons:
        lines.append(bid.reasons)
    return "\n".join(lines)


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")

"""How an outcome's curve is turned: the population's indicators, and the contracts contributing.

Law: the population's part and the contracts' part stand apart; neither is added to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from services.gateway.report_cards.content import Account, ContractCard, Indicator
from services.gateway.report_cards.figures import Cite
from shared.charts.forecasts import METHOD, TOO_FEW

Json = Mapping[str, Any]


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome in one partnership, as its partners and providers see it."""

    outcome: str
    title: str
    partnership: str
    forecast_method: str
    indicators: tuple[Indicator, ...]
    account: Account
    contracts: tuple[ContractCard, ...]


def curve(
    outcome: str,
    partnership: str,
    title: str,
    indicators: Sequence[Indicator],
    account: Account,
    cards: Sequence[ContractCard],
) -> Curve:
    """The page of an outcome; each card holds the measures that serve it alone."""
    return Curve(
        outcome=outcome,
        title=title,
        partnership=partnership,
        forecast_method=METHOD if any(one.coming for one in indicators) else TOO_FEW,
        indicators=tuple(indicators),
        account=account,
        contracts=tuple(sorted(cards, key=lambda card: card.title)),
    )


def cites_of(cards: Sequence[ContractCard]) -> list[Cite]:
    """What the newest figures of some cards rest on, each once, in the order they are read."""
    found: dict[Cite, None] = {}
    for card in cards:
        for measure in card.measures:
            if measure.latest:
                found.setdefault(measure.latest.cites)
    return list(found)

"""Portfolios as they are shown to the provider whose they are."""

from __future__ import annotations

from msgspec.structs import replace

from services.monitoring.portfolios.decider import PORTFOLIOS, Portfolio, evolve
from services.monitoring.portfolios.events import LapseNoted
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId


class PortfolioRow(Row, frozen=True, kw_only=True):
    """A provider's live contracts, and the lapses that reached them."""

    provider: AgencyId
    portfolio: Portfolio = Portfolio()
    lapses: tuple[LapseNoted, ...] = ()


def fold(row: PortfolioRow | None, recorded: Recorded) -> PortfolioRow | None:
    row = row or PortfolioRow(provider=recorded.subject)
    match recorded.event:
        case LapseNoted() as lapse:
            return replace(row, lapses=(*row.lapses, lapse))
        case event if isinstance(event, PORTFOLIOS.events):
            return replace(row, portfolio=evolve(row.portfolio, event))
        case _:
            return row


PORTFOLIO_ROWS: View[PortfolioRow] = View(
    name="portfolios",
    source="monitoring",
    row=PortfolioRow,
    events=PORTFOLIOS.events,
    key=subject_of,
    fold=fold,
)

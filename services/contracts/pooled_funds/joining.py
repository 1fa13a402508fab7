"""The rules of partners that join and leave within a year.

Law: weights count from a day on; what was charged before keeps its split.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.pooled_funds.commands import ChangePartners
from services.contracts.pooled_funds.contributing import still_borne, still_open
from services.contracts.pooled_funds.events import FundEvent
from services.contracts.pooled_funds.refusals import (
    ChangeOutOfOrder,
    HostNotPartner,
    WeightsDoNotFit,
)
from services.contracts.pooled_funds.state import Opened
from shared.published.contracts import PartnersChanged
from shared.published.terms import AgencyId
from shared.values.quarters import financial_year

Events = Sequence[FundEvent]


def fits(weights: tuple[int, ...], partners: tuple[AgencyId, ...]) -> bool:
    return len(weights) == len(partners) and min(weights) >= 0 and sum(weights) > 0


def change_partners(command: ChangePartners, fund: Opened) -> Events:
    """Whoever joins stands after those before; whoever leaves weighs nothing from that day.

    Refuses: YearIsClosed, HostNotPartner, WeightsDoNotFit, ChangeOutOfOrder, NoEligibleMoney.
    """
    still_open(fund)
    named = command.partners
    if fund.opened.host not in named or len(set(named)) != len(named):
        raise HostNotPartner(pointer="/body/partners")
    if not fits(command.attribution_weights, named):
        raise WeightsDoNotFit(pointer="/body/attribution_weights")
    begins = fund.changes[-1].effective_on if fund.changes else None
    if financial_year(command.from_on) != fund.opened.year or (
        begins is not None and command.from_on <= begins
    ):
        raise ChangeOutOfOrder(pointer="/body/from_on")
    every = (*fund.partners, *(p for p in named if p not in fund.partners))
    weights = dict(zip(named, command.attribution_weights, strict=True))
    changed = PartnersChanged(
        fund=fund.opened.fund,
        year=fund.opened.year,
        partners=every,
        attribution_weights=tuple(weights.get(partner, 0) for partner in every),
        left=tuple(partner for partner in every if partner not in weights),
        effective_on=command.from_on,
    )
    still_borne(fund, [changed])
    return [changed]

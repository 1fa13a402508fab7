"""The rules of a fund's end: nothing is owed any more, and somebody goes on with every contract.

Law: what the pool still holds goes to those whose it is, every post and asset goes to a partner
by two people's word, and the fund opens no further year. Source for staff and assets: Darlington
Children's Trust, governance arrangements 2010, 20 to 22.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.pooled_funds.commands import ApproveUnwinding, PrepareUnwinding
from services.contracts.pooled_funds.events import FundEvent, UnwindingPrepared
from services.contracts.pooled_funds.refusals import (
    ApproverIsPreparer,
    AssetsNotPlaced,
    ContractsNotNamed,
    DebtsUnsettled,
    FundIsUnwound,
    LaterYear,
    NotClosed,
    NotCounted,
    StaffNotPlaced,
    UnwindingNotPrepared,
)
from services.contracts.pooled_funds.state import Opened
from shared.eventsourcing.clock import london_date
from shared.published.contracts import FundUnwound
from shared.published.funds import AssetShare, StaffShare
from shared.published.terms import AgencyId, Share

Events = Sequence[FundEvent]


def prepare_unwinding(command: PrepareUnwinding, fund: Opened) -> Events:
    """Refuses: FundIsUnwound, NotClosed, LaterYear, ContractsNotNamed, NotCounted, StaffNotPlaced,
    AssetsNotPlaced.
    """
    if fund.unwound:
        raise FundIsUnwound
    if fund.status != "closed" or command.years_open:
        raise NotClosed
    if command.later_year:
        raise LaterYear
    named = [one.contract for one in command.contracts]
    takers = {one.agency for one in command.contracts}
    if (
        len(set(named)) != len(named)
        or frozenset(named) != command.running
        or not takers <= set(fund.partners)
    ):
        raise ContractsNotNamed(pointer="/body/contracts")
    if command.staff is None or command.assets is None:
        raise NotCounted(pointer="/body/staff" if command.staff is None else "/body/assets")
    _placed(command.staff, command.assets, frozenset(fund.partners))
    return [
        UnwindingPrepared(
            contracts=command.contracts,
            prepared_by=command.prepared_by,
            staff=command.staff,
            assets=command.assets,
        )
    ]


def _placed(
    staff: Sequence[StaffShare], assets: Sequence[AssetShare], partners: frozenset[AgencyId]
) -> None:
    """Refuses: StaffNotPlaced, AssetsNotPlaced."""
    for n, post in enumerate(staff):
        if not {post.employer, post.goes_to} <= partners:
            raise StaffNotPlaced(pointer=f"/body/staff/{n}")
    for n, asset in enumerate(assets):
        if not {asset.held_by, asset.goes_to} <= partners:
            raise AssetsNotPlaced(pointer=f"/body/assets/{n}")


def approve_unwinding(command: ApproveUnwinding, fund: Opened) -> Events:
    """What was carried forward is due back to the partners. Refuses: FundIsUnwound,
    UnwindingNotPrepared, ApproverIsPreparer, LaterYear, DebtsUnsettled.
    """
    if fund.unwound:
        raise FundIsUnwound
    if fund.unwinding is None:
        raise UnwindingNotPrepared
    if fund.unwinding.prepared_by == command.approved_by:
        raise ApproverIsPreparer
    if command.later_year:
        raise LaterYear
    if command.unsettled:
        raise DebtsUnsettled
    held = fund.carried_forward
    unwound = FundUnwound(
        fund=fund.opened.fund,
        year=fund.opened.year,
        shares=tuple(Share(partner=p, pence=held[p]) for p in fund.partners if held.get(p)),
        contracts=fund.unwinding.contracts,
        prepared_by=fund.unwinding.prepared_by,
        approved_by=command.approved_by,
        effective_on=london_date(command.now),
        staff=fund.unwinding.staff,
        assets=fund.unwinding.assets,
    )
    return [unwound]

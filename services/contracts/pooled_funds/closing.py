"""The rules of a year's close: two people, the true-up, the result and where it goes.

Law: what is available at the close is the result, and every penny of it goes to a partner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import cast

from services.contracts.pooled_funds.commands import (
    CloseYear,
    PayUnderspend,
    PrepareClose,
    WithdrawClose,
)
from services.contracts.pooled_funds.events import ClosePrepared, CloseWithdrawn, FundEvent
from services.contracts.pooled_funds.refusals import (
    ApproverIsPreparer,
    CapsExhausted,
    ChargesPending,
    CloseNotPrepared,
    NobodyContributed,
    NotClosed,
    NothingReturnable,
    NotInvoiced,
    RiskShareMissing,
    YearIsClosed,
    YearNotOver,
)
from services.contracts.pooled_funds.state import Opened
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    CostTruedUp,
    RiskShareSettled,
    UnderspendCarriedForward,
    UnderspendReturned,
    YearClosed,
)
from shared.published.terms import Element, Share
from shared.values import closing
from shared.values.quarters import last_day
from shared.values.risk_shares import CapsReached, RiskShareNotAgreed

Events = Sequence[FundEvent]


def prepare_close(command: PrepareClose, fund: Opened) -> Events:
    """Refuses: YearIsClosed, YearNotOver, ChargesPending, NotInvoiced, RiskShareMissing,
    NobodyContributed.
    """
    if fund.status != "open":
        raise YearIsClosed
    if london_date(command.now) <= last_day(fund.opened.year):
        raise YearNotOver
    if not command.contracts >= fund.reserved.keys() | fund.costs.keys():
        raise ChargesPending
    _ready(fund)
    return [ClosePrepared(prepared_by=command.prepared_by)]


def _ready(fund: Opened) -> None:
    if fund.opened.aligned:
        return
    for partner in fund.partners:
        if fund.invoiced.get(partner, 0) != fund.agreed_pence(partner):
            raise NotInvoiced
    if fund.cost_pence > fund.authority_pence and fund.risk_share is None:
        raise RiskShareMissing
    if fund.authority_pence == 0 and fund.cost_pence < 0:
        raise NobodyContributed


def withdraw_close(command: WithdrawClose, fund: Opened) -> Events:
    """Refuses: CloseNotPrepared."""
    if fund.status != "closing":
        raise CloseNotPrepared
    return [CloseWithdrawn(reason=command.reason, withdrawn_by=command.withdrawn_by)]


def close_year(command: CloseYear, fund: Opened) -> Events:
    """The true-ups, the close, and the result's way to the partners.

    Refuses: CloseNotPrepared, ApproverIsPreparer, ChargesPending, NotInvoiced, RiskShareMissing,
    CapsExhausted.
    """
    if fund.status != "closing":
        raise CloseNotPrepared
    if fund.prepared_by == command.approved_by:
        raise ApproverIsPreparer
    if not _all_charged(command, fund):
        raise ChargesPending
    _ready(fund)
    closed = _closed(fund, command)
    on = last_day(fund.opened.year)
    year_closed = YearClosed(
        fund=fund.opened.fund,
        year=fund.opened.year,
        result_pence=closed.result_pence,
        closed_by=fund.prepared_by,
        approved_by=command.approved_by,
        effective_on=on,
        absorbed=closed.settlement.absorbed_pence,
    )
    true_ups = [_true_up(fund, change, on) for change in closed.true_ups]
    return [*true_ups, year_closed, *_settled(fund, closed.settlement, on)]


def _closed(fund: Opened, command: CloseYear) -> closing.Closing:
    try:
        return closing.close_year(fund.agreement, fund.funding, command.costs)
    except RiskShareNotAgreed as error:
        raise RiskShareMissing from error
    except CapsReached as error:
        raise CapsExhausted from error


def _all_charged(command: CloseYear, fund: Opened) -> bool:
    """Whether the fund has heard of every certificate, and nothing is promised any more."""
    posted: Counter[tuple[str, str]] = Counter()
    for cost in command.costs:
        posted[cost.contract, cost.element] += sum(cost.shares_pence)
    charged = {
        (contract, element): pence
        for contract, elements in fund.costs.items()
        for element, pence in elements.items()
    }
    known = posted.keys() | charged.keys()
    return fund.reserved_pence == 0 and all(posted[key] == charged.get(key, 0) for key in known)


def shares(fund: Opened, pence: Sequence[int]) -> tuple[Share, ...]:
    return tuple(
        Share(partner=partner, pence=part)
        for partner, part in zip(fund.partners, pence, strict=True)
    )


def _true_up(fund: Opened, change: closing.TrueUp, on: date) -> CostTruedUp:
    return CostTruedUp(
        fund=fund.opened.fund,
        year=fund.opened.year,
        contract=change.contract,
        element=cast(Element, change.element),
        changes=shares(fund, change.changes_pence),
        effective_on=on,
        weighting=change.weighting,
    )


def _settled(fund: Opened, settlement: closing.Settlement, on: date) -> list[FundEvent]:
    """Only what there is: an overspend borne, or an underspend kept and returned."""
    name, year = fund.opened.fund, fund.opened.year
    found: list[FundEvent] = []
    if any(settlement.overspend_pence):
        borne = shares(fund, settlement.overspend_pence)
        found.append(RiskShareSettled(fund=name, year=year, shares=borne, effective_on=on))
    if any(settlement.carried_forward_pence):
        kept = shares(fund, settlement.carried_forward_pence)
        contingency = fund.agreement.rules.underspend == "contingency"
        found.append(
            UnderspendCarriedForward(
                fund=name, year=year, shares=kept, effective_on=on, as_contingency=contingency
            )
        )
    if any(settlement.returned_pence):
        back = shares(fund, settlement.returned_pence)
        found.append(
            UnderspendReturned(fund=name, year=year, shares=back, step="due", effective_on=on)
        )
    return found


def pay_underspend(command: PayUnderspend, fund: Opened) -> Events:
    """Refuses: NotClosed, NothingReturnable."""
    if fund.status != "closed":
        raise NotClosed
    if fund.returned or not any(fund.returnable.values()):
        raise NothingReturnable
    back = tuple(Share(partner=p, pence=pence) for p, pence in fund.returnable.items())
    paid = UnderspendReturned(
        fund=fund.opened.fund,
        year=fund.opened.year,
        shares=back,
        step="paid",
        effective_on=london_date(command.now),
    )
    return [paid]

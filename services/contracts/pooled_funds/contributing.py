"""The rules of contributions: agreed, reduced, invoiced in instalments, received, brought forward.

Law: no partner is asked for more than it agreed, and no contract is left with nobody to bear it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.contracts.pooled_funds.commands import (
    AgreeContribution,
    BringForward,
    InvoiceContributions,
    ReceiveContribution,
    ReduceContribution,
)
from services.contracts.pooled_funds.events import FundEvent
from services.contracts.pooled_funds.refusals import (
    AboveContribution,
    AboveInvoiced,
    AuthorityExceeded,
    BalanceDoesNotFit,
    BelowInvoiced,
    BroughtForward,
    BudgetIsAligned,
    DuplicateReceipt,
    LegalBasisNotOpen,
    NoEligibleMoney,
    NotClosed,
    NothingCarried,
    NothingToInvoice,
    PeriodOutside,
    UnknownPartner,
    YearIsClosed,
)
from services.contracts.pooled_funds.state import Opened, after, receipt
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    BalanceBroughtForward,
    ContributionAgreed,
    ContributionInvoiced,
    ContributionReceived,
    ContributionReduced,
)
from shared.published.terms import AgencyId, AgencyKind
from shared.values.contributions import is_invoiced_for
from shared.values.quarters import year_of
from shared.values.weightings import eligible_weights

SECTION_75_KINDS: frozenset[AgencyKind] = frozenset({"council", "nhs-icb", "nhs-trust"})
"""National Health Service Act 2006 s.75: prescribed NHS bodies and local authorities."""

Events = Sequence[FundEvent]


def still_open(fund: Opened) -> None:
    if fund.status != "open":
        raise YearIsClosed


def bring_forward(command: BringForward, fund: Opened) -> Events:
    """Refuses: YearIsClosed, BroughtForward, NotClosed, BalanceDoesNotFit, UnknownPartner,
    NothingCarried.
    """
    still_open(fund)
    _pooled(fund)
    if fund.brought_forward:
        raise BroughtForward
    if command.year_before_open:
        raise NotClosed
    balances = command.balances
    if command.carried is not None:
        if balances and balances != command.carried:
            raise BalanceDoesNotFit(pointer="/body/balances")
        balances = command.carried
    for partner in balances:
        known_partner(fund, partner)
    found = [
        BalanceBroughtForward(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=partner,
            amount_pence=balances[partner],
            effective_on=london_date(command.now),
        )
        for partner in fund.partners
        if balances.get(partner, 0) > 0
    ]
    if not found:
        raise NothingCarried
    return found


def _pooled(fund: Opened) -> None:
    if fund.opened.aligned:
        raise BudgetIsAligned


def known_partner(fund: Opened, partner: AgencyId) -> None:
    if partner not in fund.partners:
        raise UnknownPartner


def agree_contribution(command: AgreeContribution, fund: Opened) -> Events:
    """Refuses: YearIsClosed, UnknownPartner, LegalBasisNotOpen, NoEligibleMoney."""
    still_open(fund)
    known_partner(fund, command.partner)
    if command.partner in fund.left:
        raise UnknownPartner
    if command.legal_basis == "section-75" and command.partner_kind not in SECTION_75_KINDS:
        raise LegalBasisNotOpen(pointer="/body/legal_basis")
    agreed = [
        ContributionAgreed(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=command.partner,
            annual_pence=command.annual_pence,
            legal_basis=command.legal_basis,
            ring_fence=command.ring_fence,
            effective_on=london_date(command.now),
            recurrent=command.recurrent,
            instalments=command.instalments,
        )
    ]
    still_borne(fund, agreed)
    return agreed


def still_borne(fund: Opened, events: Iterable[FundEvent]) -> None:
    """Refuses NoEligibleMoney where a contract of the fund would have nobody left to bear it."""
    for event in events:
        fund = after(fund, event)
    for spending in fund.spendings.values():
        bearing = eligible_weights(fund.agreement, fund.ring_fences, spending)
        if not any(bearing) and not fund.opened.aligned:
            raise NoEligibleMoney


def reduce_contribution(command: ReduceContribution, fund: Opened) -> Events:
    """Refuses: YearIsClosed, UnknownPartner, AboveContribution, BelowInvoiced,
    AuthorityExceeded.
    """
    still_open(fund)
    known_partner(fund, command.partner)
    line = (command.partner, command.legal_basis, command.ring_fence)
    agreed = [c for c in fund.contributions if c.line == line]
    if command.amount_pence > sum(c.annual_pence for c in agreed):
        raise AboveContribution(pointer="/body/amount_pence")
    left = fund.agreed_pence(command.partner) - command.amount_pence
    if left < fund.invoiced.get(command.partner, 0):
        raise BelowInvoiced(pointer="/body/amount_pence")
    if command.amount_pence > fund.available_pence:
        raise AuthorityExceeded
    return [
        ContributionReduced(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=command.partner,
            amount_pence=command.amount_pence,
            legal_basis=command.legal_basis,
            ring_fence=command.ring_fence,
            recurrent=command.recurrent,
            instalments=agreed[0].instalments,
            effective_on=london_date(command.now),
        )
    ]


def invoice(command: InvoiceContributions, fund: Opened) -> Events:
    """Each partner's instalments up to the end of the period, less what was invoiced: what was
    agreed late catches up. Refuses: YearIsClosed, BudgetIsAligned, PeriodOutside,
    NothingToInvoice.
    """
    still_open(fund)
    _pooled(fund)
    if not is_invoiced_for(command.period) or year_of(command.period) != fund.opened.year:
        raise PeriodOutside(pointer="/body/period")
    found: list[FundEvent] = []
    for partner in fund.partners:
        pence = fund.due_pence(partner, command.period) - fund.invoiced.get(partner, 0)
        if pence > 0:
            found.append(
                ContributionInvoiced(
                    fund=fund.opened.fund,
                    year=fund.opened.year,
                    partner=partner,
                    period=command.period,
                    amount_pence=pence,
                    effective_on=london_date(command.now),
                )
            )
    if not found:
        raise NothingToInvoice
    return found


def owed_pence(fund: Opened, partner: AgencyId, towards: str) -> int:
    """What a partner has been asked for and has not paid; also after the close."""
    if towards == "risk-share":
        due = fund.risk_share_due.get(partner, 0)
        return due - fund.risk_share_received.get(partner, 0)
    return fund.invoiced.get(partner, 0) - fund.received.get(partner, 0)


def receive(command: ReceiveContribution, fund: Opened) -> Events:
    """Refuses: UnknownPartner, DuplicateReceipt, AboveInvoiced (so of aligned budgets always)."""
    known_partner(fund, command.partner)
    if receipt(command.partner, command.reference) in fund.receipts:
        raise DuplicateReceipt(pointer="/body/reference")
    if not 0 < command.amount_pence <= owed_pence(fund, command.partner, command.towards):
        raise AboveInvoiced(pointer="/body/amount_pence")
    return [
        ContributionReceived(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=command.partner,
            amount_pence=command.amount_pence,
            reference=command.reference,
            towards=command.towards,
            effective_on=command.received_on,
        )
    ]

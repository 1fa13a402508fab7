"""The rules of a fund's year, from agreement to close. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from services.contracts.pooled_funds.closing import (
    close_year,
    pay_underspend,
    prepare_close,
    withdraw_close,
)
from services.contracts.pooled_funds.commands import (
    AgreeContribution,
    AgreeRiskShare,
    BringForward,
    ChargeFund,
    CloseYear,
    FreeCommitment,
    FundCommand,
    GiveOverride,
    InvoiceContributions,
    OpenYear,
    PayUnderspend,
    PrepareClose,
    ReceiveContribution,
    ReserveCommitment,
    WithdrawClose,
)
from services.contracts.pooled_funds.events import (
    CommitmentFreed,
    CommitmentReserved,
    FundCharged,
    FundEvent,
    OverrideGiven,
)
from services.contracts.pooled_funds.refusals import (
    AboveInvoiced,
    AlreadyOpened,
    AuthorityExceeded,
    BalanceDoesNotFit,
    BroughtForward,
    DuplicateReceipt,
    FundNotOpen,
    HostNotPartner,
    LegalBasisNotOpen,
    NoEligibleMoney,
    NotClosed,
    NothingCarried,
    NothingToInvoice,
    PeriodOutside,
    RiskShareDoesNotFit,
    UnknownPartner,
    WeightsDoNotFit,
    YearIsClosed,
)
from services.contracts.pooled_funds.state import Fund, Opened, Unopened, evolve, receipt
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.contracts import (
    AgreementSigned,
    BalanceBroughtForward,
    ContributionAgreed,
    ContributionInvoiced,
    ContributionReceived,
    PooledFundOpened,
    RiskShareAgreed,
)
from shared.published.terms import AgencyId, AgencyKind
from shared.values.closing import eligible_weights
from shared.values.quarters import parse_period, year_of
from shared.values.risk_shares import misfit
from shared.values.shares import instalments

QUARTERS = 4
SECTION_75_KINDS: frozenset[AgencyKind] = frozenset({"council", "nhs-icb", "nhs-trust"})
"""National Health Service Act 2006 s.75: prescribed NHS bodies and local authorities."""

Events = Sequence[FundEvent]


def decide(command: FundCommand, fund: Fund) -> Events:
    """What follows from a command, or a refusal."""
    if isinstance(command, OpenYear):
        return _open(command, fund)
    if not isinstance(fund, Opened):
        if isinstance(command, FreeCommitment):
            return []  # released for a year not opened yet, in which nothing was reserved
        raise FundNotOpen
    match command:
        case AgreeRiskShare():
            return _agree_risk_share(command, fund)
        case BringForward():
            return _bring_forward(command, fund)
        case AgreeContribution():
            return _agree_contribution(command, fund)
        case InvoiceContributions():
            return _invoice(command, fund)
        case ReceiveContribution():
            return _receive(command, fund)
        case GiveOverride():
            return _override(command, fund)
        case ReserveCommitment():
            return _reserve(command, fund)
        case FreeCommitment():
            return _free(command, fund)
        case ChargeFund():
            return _charge(command, fund)
        case PrepareClose():
            return prepare_close(command, fund)
        case WithdrawClose():
            return withdraw_close(command, fund)
        case CloseYear():
            return close_year(command, fund)
        case PayUnderspend():
            return pay_underspend(command, fund)


def _fits(weights: tuple[int, ...], partners: tuple[AgencyId, ...]) -> bool:
    return len(weights) == len(partners) and min(weights) >= 0 and sum(weights) > 0


def _open(command: OpenYear, fund: Fund) -> Events:
    """What was promised before comes first, whatever is available. Refuses: AlreadyOpened,
    HostNotPartner, WeightsDoNotFit.
    """
    if not isinstance(fund, Unopened):
        raise AlreadyOpened
    partners = command.partners
    if command.host not in partners or len(set(partners)) != len(partners):
        raise HostNotPartner(pointer="/body/partners")
    if not _fits(command.attribution_weights, partners):
        raise WeightsDoNotFit(pointer="/body/attribution_weights")
    on = london_date(command.now)
    opened = PooledFundOpened(
        fund=command.fund,
        year=command.year,
        partnership=command.partnership,
        host=command.host,
        partners=partners,
        attribution_weights=command.attribution_weights,
        effective_on=on,
    )
    reserved = [
        CommitmentReserved(contract=contract, amount_pence=pence)
        for contract, pence in sorted(command.promised.items())
        if pence
    ]
    return [*_signed(command), opened, *reserved]


def _signed(command: OpenYear) -> list[AgreementSigned]:
    agreed = command.agreement
    if agreed is None:
        return []
    return [
        AgreementSigned(
            fund=command.fund,
            partnership=command.partnership,
            name=agreed.name,
            host=command.host,
            pool_manager=agreed.pool_manager,
            legal_basis=agreed.legal_basis,
            effective_on=london_date(command.now),
        )
    ]


def _still_open(fund: Opened) -> None:
    if fund.status != "open":
        raise YearIsClosed


def _agree_risk_share(command: AgreeRiskShare, fund: Opened) -> Events:
    """Refuses: YearIsClosed, WeightsDoNotFit, RiskShareDoesNotFit."""
    _still_open(fund)
    if not _fits(command.overspend_weights, fund.opened.partners):
        raise WeightsDoNotFit(pointer="/body/overspend_weights")
    if wrong := misfit(command.rules, fund.opened.partners):
        raise RiskShareDoesNotFit(wrong, pointer="/body")
    return [
        RiskShareAgreed(
            fund=fund.opened.fund,
            year=fund.opened.year,
            overspend_weights=command.overspend_weights,
            carry_forward_limit_basis_points=command.carry_forward_limit_basis_points,
            rules=command.rules,
            effective_on=london_date(command.now),
        )
    ]


def _bring_forward(command: BringForward, fund: Opened) -> Events:
    """Refuses: YearIsClosed, BroughtForward, NotClosed, BalanceDoesNotFit, UnknownPartner,
    NothingCarried.
    """
    _still_open(fund)
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
        _partner(fund, partner)
    found = [
        BalanceBroughtForward(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=partner,
            amount_pence=balances[partner],
            effective_on=london_date(command.now),
        )
        for partner in fund.opened.partners
        if balances.get(partner, 0) > 0
    ]
    if not found:
        raise NothingCarried
    return found


def _partner(fund: Opened, partner: AgencyId) -> None:
    if partner not in fund.opened.partners:
        raise UnknownPartner


def _agree_contribution(command: AgreeContribution, fund: Opened) -> Events:
    """Refuses: YearIsClosed, UnknownPartner, LegalBasisNotOpen."""
    _still_open(fund)
    _partner(fund, command.partner)
    if command.legal_basis == "section-75" and command.partner_kind not in SECTION_75_KINDS:
        raise LegalBasisNotOpen(pointer="/body/legal_basis")
    return [
        ContributionAgreed(
            fund=fund.opened.fund,
            year=fund.opened.year,
            partner=command.partner,
            annual_pence=command.annual_pence,
            legal_basis=command.legal_basis,
            ring_fence=command.ring_fence,
            effective_on=london_date(command.now),
        )
    ]


def _invoice(command: InvoiceContributions, fund: Opened) -> Events:
    """Each partner's instalments up to the quarter, less what was invoiced: a contribution agreed
    late catches up. Refuses: YearIsClosed, PeriodOutside, NothingToInvoice.
    """
    _still_open(fund)
    _, frequency, quarter = parse_period(command.period)
    if frequency != "quarterly" or year_of(command.period) != fund.opened.year:
        raise PeriodOutside(pointer="/body/period")
    found: list[FundEvent] = []
    for partner in fund.opened.partners:
        due = sum(instalments(fund.agreed_pence(partner), QUARTERS)[:quarter])
        pence = due - fund.invoiced.get(partner, 0)
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


def _receive(command: ReceiveContribution, fund: Opened) -> Events:
    """Refuses: UnknownPartner, DuplicateReceipt, AboveInvoiced."""
    _partner(fund, command.partner)
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


def _override(command: GiveOverride, fund: Opened) -> Events:
    """Refuses: YearIsClosed."""
    _still_open(fund)
    return [
        OverrideGiven(
            override=command.override,
            contract=command.contract,
            above_pence=command.above_pence,
            reason=command.reason,
            given_by=command.given_by,
        )
    ]


def _reserve(command: ReserveCommitment, fund: Opened) -> Events:
    """Refuses: YearIsClosed, NoEligibleMoney, AuthorityExceeded unless an override covers it."""
    _still_open(fund)
    if not any(eligible_weights(fund.agreement, fund.ring_fences, command.spending)):
        raise NoEligibleMoney
    above = command.amount_pence - max(0, fund.available_pence)
    override = ""
    if command.amount_pence > 0 and above > 0:
        override = _covering(fund, command.contract, above)
    return [
        CommitmentReserved(
            contract=command.contract, amount_pence=command.amount_pence, override=override
        )
    ]


def _covering(fund: Opened, contract: str, above_pence: int) -> str:
    for name, override in fund.overrides.items():
        unused = override.contract == contract and not override.used
        if unused and override.above_pence >= above_pence:
            return name
    raise AuthorityExceeded


def _free(command: FreeCommitment, fund: Opened) -> Events:
    """Never more than is reserved."""
    pence = min(command.amount_pence, fund.reserved.get(command.contract, 0))
    return [CommitmentFreed(contract=command.contract, amount_pence=pence)] if pence > 0 else []


def _charge(command: ChargeFund, fund: Opened) -> Events:
    """Cost is a fact and is taken also while a close is prepared. Refuses: YearIsClosed."""
    if fund.status == "closed":
        raise YearIsClosed
    return [
        FundCharged(
            contract=command.contract,
            element=command.element,
            reference=command.reference,
            cost_pence=command.cost_pence,
            of_commitment_pence=command.of_commitment_pence,
        )
    ]


POOLED_FUNDS: Decider[FundCommand, Fund, FundEvent] = Decider(
    category="fund",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(FundEvent),
)

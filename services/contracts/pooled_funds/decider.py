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
    ApproveUnwinding,
    BringForward,
    ChangePartners,
    ChargeFund,
    CloseYear,
    FreeCommitment,
    FundCommand,
    GiveOverride,
    InvoiceContributions,
    OpenYear,
    PayUnderspend,
    PrepareClose,
    PrepareUnwinding,
    ReceiveContribution,
    ReduceContribution,
    ReserveCommitment,
    WithdrawClose,
)
from services.contracts.pooled_funds.contributing import (
    agree_contribution,
    bring_forward,
    invoice,
    receive,
    reduce_contribution,
    still_open,
)
from services.contracts.pooled_funds.events import (
    CommitmentFreed,
    CommitmentReserved,
    ContributionsProposed,
    FundCharged,
    FundEvent,
    OverrideGiven,
)
from services.contracts.pooled_funds.joining import change_partners, fits
from services.contracts.pooled_funds.refusals import (
    AlreadyOpened,
    AuthorityExceeded,
    FundIsUnwound,
    FundNotOpen,
    HostNotPartner,
    NoEligibleMoney,
    RiskShareDoesNotFit,
    WeightsDoNotFit,
    YearIsClosed,
)
from services.contracts.pooled_funds.state import Fund, Opened, Unopened, evolve
from services.contracts.pooled_funds.unwinding import approve_unwinding, prepare_unwinding
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.contracts import (
    AgreementSigned,
    PooledFundOpened,
    RiskShareAgreed,
)
from shared.values.risk_shares import misfit
from shared.values.weightings import eligible_weights

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
            return bring_forward(command, fund)
        case AgreeContribution():
            return agree_contribution(command, fund)
        case ReduceContribution():
            return reduce_contribution(command, fund)
        case ChangePartners():
            return change_partners(command, fund)
        case InvoiceContributions():
            return invoice(command, fund)
        case ReceiveContribution():
            return receive(command, fund)
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
        case PrepareUnwinding():
            return prepare_unwinding(command, fund)
        case ApproveUnwinding():
            return approve_unwinding(command, fund)


def _open(command: OpenYear, fund: Fund) -> Events:
    """What was promised before comes first, whatever is available. Refuses: AlreadyOpened,
    FundIsUnwound, HostNotPartner, WeightsDoNotFit.
    """
    if not isinstance(fund, Unopened):
        raise AlreadyOpened
    if command.unwound:
        raise FundIsUnwound
    partners = command.partners
    if command.host not in partners or len(set(partners)) != len(partners):
        raise HostNotPartner(pointer="/body/partners")
    if not fits(command.attribution_weights, partners):
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
        aligned=command.aligned,
    )
    reserved = [
        CommitmentReserved(
            contract=contract, amount_pence=pence, spending=command.spendings.get(contract, "")
        )
        for contract, pence in sorted(command.promised.items())
        if pence
    ]
    ours = tuple(one for one in command.proposals if one.partner in partners)
    proposed = [ContributionsProposed(contributions=ours)] if ours else []
    return [*_signed(command), opened, *reserved, *proposed]


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


def _agree_risk_share(command: AgreeRiskShare, fund: Opened) -> Events:
    """Refuses: YearIsClosed, WeightsDoNotFit, RiskShareDoesNotFit."""
    still_open(fund)
    if not fits(command.overspend_weights, fund.partners):
        raise WeightsDoNotFit(pointer="/body/overspend_weights")
    if wrong := misfit(command.rules, fund.partners):
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


def _override(command: GiveOverride, fund: Opened) -> Events:
    """Refuses: YearIsClosed."""
    still_open(fund)
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
    still_open(fund)
    bearing = eligible_weights(
        fund.agreement, fund.ring_fences, command.spending, holder=command.commissioner
    )
    if not any(bearing):
        raise NoEligibleMoney
    above = command.amount_pence - max(0, fund.available_pence)
    override = ""
    if command.amount_pence > 0 and above > 0:
        override = _covering(fund, command.contract, above)
    return [
        CommitmentReserved(
            contract=command.contract,
            amount_pence=command.amount_pence,
            override=override,
            spending=command.spending,
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

"""The states of a fund's year, and how facts move it: authority, money in, cost, result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.contracts.pooled_funds.events import (
    ClosePrepared,
    CloseWithdrawn,
    CommitmentFreed,
    CommitmentReserved,
    ContributionsProposed,
    FundCharged,
    FundEvent,
    OverrideGiven,
    ProposedContribution,
    UnwindingPrepared,
)
from shared.published.contracts import (
    AgreementSigned,
    BalanceBroughtForward,
    ContributionAgreed,
    ContributionInvoiced,
    ContributionReceived,
    ContributionReduced,
    CostTruedUp,
    FundUnwound,
    PartnersChanged,
    PooledFundOpened,
    RiskShareAgreed,
    RiskShareSettled,
    UnderspendCarriedForward,
    UnderspendReturned,
    YearClosed,
)
from shared.published.terms import AgencyId, ContractId, LegalBasis, Period, PersonId, Share
from shared.values.closing import Funding
from shared.values.contributions import Instalments, due_pence
from shared.values.weightings import Agreement, changed, with_risk_share

Status = Literal["open", "closing", "closed"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a fund's year."""


class Unopened(State, frozen=True, kw_only=True, tag="unopened"):
    """Nothing has happened, but that an agreement may be signed."""

    signed: AgreementSigned | None = None


class Contribution(State, frozen=True, kw_only=True):
    """A partner's money for the year, under one power and for its eligible spending; minus where
    it was reduced.
    """

    partner: AgencyId
    annual_pence: int
    legal_basis: LegalBasis
    ring_fence: str = ""
    recurrent: bool = True
    instalments: Instalments = "quarterly"

    @property
    def line(self) -> tuple[AgencyId, LegalBasis, str]:
        """What money of a partner it is."""
        return self.partner, self.legal_basis, self.ring_fence


class Override(State, frozen=True, kw_only=True):
    """How far above the authority available one contract may be committed."""

    contract: ContractId
    above_pence: int
    used: bool = False


class Opened(State, frozen=True, kw_only=True, tag="opened"):
    """A year of the fund, to its close and after.

    `reserved` is what is still promised, by contract; `costs` by contract and element.
    `receipts` are the references seen, by partner; `spendings` what each contract is for.
    """

    opened: PooledFundOpened
    signed: AgreementSigned | None = None
    risk_share: RiskShareAgreed | None = None
    changes: tuple[PartnersChanged, ...] = ()
    proposals: tuple[ProposedContribution, ...] = ()
    spendings: dict[ContractId, str] = {}
    unwinding: UnwindingPrepared | None = None
    unwound: bool = False
    status: Status = "open"
    prepared_by: PersonId = ""
    contributions: tuple[Contribution, ...] = ()
    brought_forward: dict[AgencyId, int] = {}
    invoiced: dict[AgencyId, int] = {}
    received: dict[AgencyId, int] = {}
    risk_share_due: dict[AgencyId, int] = {}
    risk_share_received: dict[AgencyId, int] = {}
    receipts: frozenset[str] = frozenset()
    reserved: dict[ContractId, int] = {}
    overrides: dict[str, Override] = {}
    costs: dict[ContractId, dict[str, int]] = {}
    result_pence: int | None = None
    carried_forward: dict[AgencyId, int] = {}
    returnable: dict[AgencyId, int] = {}
    returned: bool = False

    @property
    def partners(self) -> tuple[AgencyId, ...]:
        """Everyone who ever was in the year, in order."""
        return self.changes[-1].partners if self.changes else self.opened.partners

    @property
    def left(self) -> tuple[AgencyId, ...]:
        return self.changes[-1].left if self.changes else ()

    @property
    def agreement(self) -> Agreement:
        """The risk share may be older than a change of partners, or younger."""
        agreement = Agreement(
            partners=self.opened.partners,
            attribution_weights=self.opened.attribution_weights,
            aligned=self.opened.aligned,
        )
        for change in self.changes:
            agreement = changed(
                agreement,
                change.partners,
                change.attribution_weights,
                change.effective_on,
                change.left,
            )
        if (risk := self.risk_share) is None:
            return agreement
        return with_risk_share(
            agreement,
            risk.overspend_weights,
            risk.carry_forward_limit_basis_points,
            risk.rules,
        )

    def agreed_pence(self, partner: AgencyId) -> int:
        return sum(c.annual_pence for c in self.contributions if c.partner == partner)

    def due_pence(self, partner: AgencyId, period: Period) -> int:
        """What a partner is to have been asked for by the end of a period."""
        sums: dict[Instalments, int] = {}
        for c in self.contributions:
            if c.partner == partner:
                sums[c.instalments] = sums.get(c.instalments, 0) + c.annual_pence
        return sum(due_pence(pence, agreed, period) for agreed, pence in sums.items())

    @property
    def ring_fences(self) -> dict[AgencyId, tuple[str, ...]]:
        """What each partner's contributions are fenced to, "" being not at all."""
        found: dict[AgencyId, tuple[str, ...]] = {}
        for c in self.contributions:
            found[c.partner] = (*found.get(c.partner, ()), c.ring_fence)
        return found

    @property
    def funding(self) -> Funding:
        return Funding(
            contributions_pence=tuple(self.agreed_pence(p) for p in self.partners),
            brought_forward_pence=tuple(self.brought_forward.get(p, 0) for p in self.partners),
        )

    @property
    def authority_pence(self) -> int:
        return sum(self.funding.contributions_pence) + sum(self.funding.brought_forward_pence)

    @property
    def cost_pence(self) -> int:
        return sum(sum(elements.values()) for elements in self.costs.values())

    @property
    def reserved_pence(self) -> int:
        return sum(self.reserved.values())

    @property
    def available_pence(self) -> int:
        """Authority that is neither promised nor spent; minus where promises came first."""
        return self.authority_pence - self.reserved_pence - self.cost_pence


Fund = Unopened | Opened


def evolve(fund: Fund, event: FundEvent) -> Fund:
    """The fund's year after one more fact."""
    match fund:
        case Unopened():
            if isinstance(event, AgreementSigned):
                return Unopened(signed=event)
            if isinstance(event, PooledFundOpened):
                return Opened(opened=event, signed=fund.signed)
            return fund
        case Opened():
            return after(fund, event)


def after(fund: Opened, event: FundEvent) -> Opened:
    match event:
        case PartnersChanged():
            return replace(fund, changes=(*fund.changes, event))
        case ContributionsProposed():
            return replace(fund, proposals=event.contributions)
        case RiskShareAgreed():
            return replace(fund, risk_share=event)
        case BalanceBroughtForward():
            held = _more(fund.brought_forward, event.partner, event.amount_pence)
            return replace(fund, brought_forward=held)
        case ContributionReduced():
            return replace(fund, contributions=(*fund.contributions, _reduced(event)))
        case ContributionAgreed():
            return replace(fund, contributions=(*fund.contributions, _agreed(event)))
        case ContributionInvoiced():
            return replace(fund, invoiced=_more(fund.invoiced, event.partner, event.amount_pence))
        case ContributionReceived():
            return _received(fund, event)
        case CommitmentReserved():
            return _reserved(fund, event)
        case CommitmentFreed():
            freed = _more(fund.reserved, event.contract, -event.amount_pence)
            return replace(fund, reserved=freed)
        case OverrideGiven():
            override = Override(contract=event.contract, above_pence=event.above_pence)
            return replace(fund, overrides=fund.overrides | {event.override: override})
        case FundCharged():
            return _charged(fund, event)
        case ClosePrepared():
            return replace(fund, status="closing", prepared_by=event.prepared_by)
        case CloseWithdrawn():
            return replace(fund, status="open", prepared_by="")
        case YearClosed():
            return replace(fund, status="closed", result_pence=event.result_pence)
        case RiskShareSettled():
            return replace(fund, risk_share_due=_by_partner(event.shares))
        case UnderspendCarriedForward():
            return replace(fund, carried_forward=_by_partner(event.shares))
        case UnderspendReturned():
            if event.step == "paid":
                return replace(fund, returned=True)
            return replace(fund, returnable=_by_partner(event.shares))
        case UnwindingPrepared():
            return replace(fund, unwinding=event)
        case FundUnwound():
            return _unwound(fund, event)
        case AgreementSigned() | PooledFundOpened() | CostTruedUp():
            return fund


def _more(held: Mapping[str, int], key: str, pence: int) -> dict[str, int]:
    return {**held, key: held.get(key, 0) + pence}


def _by_partner(shares: tuple[Share, ...]) -> dict[AgencyId, int]:
    return {share.partner: share.pence for share in shares}


def _agreed(event: ContributionAgreed) -> Contribution:
    return Contribution(
        partner=event.partner,
        annual_pence=event.annual_pence,
        legal_basis=event.legal_basis,
        ring_fence=event.ring_fence,
        recurrent=event.recurrent,
        instalments=event.instalments,
    )


def _reduced(event: ContributionReduced) -> Contribution:
    return Contribution(
        partner=event.partner,
        annual_pence=-event.amount_pence,
        legal_basis=event.legal_basis,
        ring_fence=event.ring_fence,
        recurrent=event.recurrent,
        instalments=event.instalments,
    )


def _unwound(fund: Opened, event: FundUnwound) -> Opened:
    """What was returned already is not due a second time."""
    due: Mapping[AgencyId, int] = {} if fund.returned else fund.returnable
    for share in event.shares:
        due = _more(due, share.partner, share.pence)
    return replace(fund, unwound=True, returnable=dict(due), returned=False)


def receipt(partner: AgencyId, reference: str) -> str:
    return f"{partner} {reference}"


def _received(fund: Opened, event: ContributionReceived) -> Opened:
    fund = replace(fund, receipts=fund.receipts | {receipt(event.partner, event.reference)})
    if event.towards == "risk-share":
        more = _more(fund.risk_share_received, event.partner, event.amount_pence)
        return replace(fund, risk_share_received=more)
    return replace(fund, received=_more(fund.received, event.partner, event.amount_pence))


def _reserved(fund: Opened, event: CommitmentReserved) -> Opened:
    overrides = fund.overrides
    if event.override:
        overrides = overrides | {event.override: replace(overrides[event.override], used=True)}
    reserved = _more(fund.reserved, event.contract, event.amount_pence)
    spendings = {**fund.spendings, event.contract: event.spending}
    return replace(fund, reserved=reserved, overrides=overrides, spendings=spendings)


def _charged(fund: Opened, event: FundCharged) -> Opened:
    elements = _more(fund.costs.get(event.contract, {}), event.element, event.cost_pence)
    return replace(
        fund,
        costs=fund.costs | {event.contract: elements},
        reserved=_more(fund.reserved, event.contract, -event.of_commitment_pence),
    )

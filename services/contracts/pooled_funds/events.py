"""The facts of a fund's year; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from shared.eventsourcing.events import Event
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
from shared.published.funds import AssetShare, StaffShare
from shared.published.terms import (
    AgencyId,
    ContractId,
    Element,
    LegalBasis,
    PersonId,
    TakenOver,
    Term,
    TextRef,
)
from shared.values.contributions import Instalments


class CommitmentReserved(Event, frozen=True, kw_only=True, tag="contracts.commitment-reserved.v1"):
    """Authority set aside for a contract; minus where a variation needs less.

    `override` names the recorded override that let it go above the authority available; `spending`
    is what a ring fence must name to bear it.
    """

    contract: ContractId
    amount_pence: int
    override: str = ""
    spending: str = ""


class CommitmentFreed(Event, frozen=True, kw_only=True, tag="contracts.commitment-freed.v1"):
    """What a contract released is available again."""

    contract: ContractId
    amount_pence: int


class OverrideGiven(Event, frozen=True, kw_only=True, tag="contracts.authority-override-given.v1"):
    """A named officer lets one contract be committed above the authority available, by so much."""

    override: str
    contract: ContractId
    above_pence: int
    reason: TextRef
    given_by: PersonId


class FundCharged(Event, frozen=True, kw_only=True, tag="contracts.fund-charged.v1"):
    """What a contract cost the fund, signed; `of_commitment_pence` of it had been reserved."""

    contract: ContractId
    element: Element
    reference: str
    cost_pence: int
    of_commitment_pence: int


class ProposedContribution(Term, frozen=True, kw_only=True):
    """What a partner gave last year that recurs, and what that would make this year."""

    partner: AgencyId
    legal_basis: LegalBasis
    ring_fence: str = ""
    instalments: Instalments = "quarterly"
    base_pence: int
    changes_pence: int
    uplift_pence: int
    efficiency_pence: int
    annual_pence: int


class ContributionsProposed(
    Event, frozen=True, kw_only=True, tag="contracts.contributions-proposed.v1"
):
    """Where the year's contributions begin: base and recurrent changes, uplift less efficiency.
    Nothing is owed on a proposal.
    """

    contributions: tuple[ProposedContribution, ...]


class UnwindingPrepared(Event, frozen=True, kw_only=True, tag="contracts.unwinding-prepared.v1"):
    """The fund is to end with this year: who goes on with each contract, the staff, the assets."""

    contracts: tuple[TakenOver, ...]
    prepared_by: PersonId
    staff: tuple[StaffShare, ...] = ()
    assets: tuple[AssetShare, ...] = ()


class ClosePrepared(Event, frozen=True, kw_only=True, tag="contracts.close-prepared.v1"):
    prepared_by: PersonId


class CloseWithdrawn(Event, frozen=True, kw_only=True, tag="contracts.close-withdrawn.v1"):
    reason: TextRef
    withdrawn_by: PersonId


FundEvent = (
    AgreementSigned
    | PooledFundOpened
    | PartnersChanged
    | ContributionsProposed
    | RiskShareAgreed
    | BalanceBroughtForward
    | ContributionAgreed
    | ContributionReduced
    | ContributionInvoiced
    | ContributionReceived
    | CommitmentReserved
    | CommitmentFreed
    | OverrideGiven
    | FundCharged
    | ClosePrepared
    | CloseWithdrawn
    | CostTruedUp
    | YearClosed
    | RiskShareSettled
    | UnderspendCarriedForward
    | UnderspendReturned
    | UnwindingPrepared
    | FundUnwound
)

"""The request bodies of pooled funds."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.http.bodies import BasisPoints, Body, Day, Id, Pence, Prose, Title, real_period
from shared.published.funds import AssetKind, AssetShare, StaffShare
from shared.published.terms import LegalBasis
from shared.values import risk_shares
from shared.values.contributions import Instalments

Year = Annotated[str, Field(pattern=r"^20\d\d-\d\d$", description="A financial year, `2026-27`")]
Quarter = Annotated[
    str,
    Field(pattern=r"^20\d\d-\d\d-(Q[1-4]|M(0[1-9]|1[0-2]))$"),
    AfterValidator(real_period),
]
SomePence = Annotated[Pence, Field(gt=0)]
Weight = Annotated[int, Field(strict=True, ge=0, le=10**9)]
Weights = Annotated[list[Weight], Field(min_length=1, max_length=50)]
Partners = Annotated[list[Id], Field(min_length=1, max_length=50)]


class FundBody(Body):
    """A new fund and its first year; the caller's agency is the host. The order of the partners
    settles ties in every split; weights stand in the same order. `aligned`: nothing is pooled,
    each commissioner bears its own contracts.
    """

    partnership: Id
    name: Title
    legal_basis: LegalBasis
    pool_manager: Id
    year: Year
    partners: Partners
    attribution_weights: Weights
    aligned: bool = False


class YearBody(Body):
    """A further year; partners and weights as in the latest year unless stated.

    Contributions that recur are proposed for it, with so much uplift less so much efficiency.
    """

    year: Year
    partners: Partners | None = None
    attribution_weights: Weights | None = None
    uplift_basis_points: BasisPoints = 0
    efficiency_basis_points: BasisPoints = 0


class PartnersBody(Body):
    """Who shares cost of `from_on` and later, and by which weights; the fund's host among them."""

    partners: Partners
    attribution_weights: Weights
    from_on: Day


class TakenOverBody(Body):
    contract: Id
    agency: Id


class StaffBody(Body):
    """A kind of post paid from the pool; nobody is named."""

    post: Title
    whole_time_equivalents: Annotated[
        Decimal, Field(gt=0, allow_inf_nan=False, max_digits=8, decimal_places=2)
    ]
    employer: Id
    goes_to: Id

    def term(self) -> StaffShare:
        return StaffShare(
            post=self.post,
            whole_time_equivalents=self.whole_time_equivalents,
            employer=self.employer,
            goes_to=self.goes_to,
        )


class AssetBody(Body):
    """Something bought with the pool, at its worth now."""

    asset: Title
    kind: AssetKind
    value_pence: Pence
    held_by: Id
    goes_to: Id

    def term(self) -> AssetShare:
        return AssetShare(
            asset=self.asset,
            kind=self.kind,
            value_pence=self.value_pence,
            held_by=self.held_by,
            goes_to=self.goes_to,
        )


class UnwindingBody(Body):
    """Every contract that still runs, and the partner that goes on with it; the posts paid from the
    pool and what was bought with it, counted, an empty list where there is none.
    """

    contracts: Annotated[list[TakenOverBody], Field(max_length=500)]
    staff: Annotated[list[StaffBody] | None, Field(max_length=200)] = None
    assets: Annotated[list[AssetBody] | None, Field(max_length=500)] = None


class BandBody(Body):
    """Who bears the part of an overspend above a sum, up to the next band's."""

    above_pence: SomePence
    weights: Weights

    def term(self) -> risk_shares.Band:
        return risk_shares.Band(above_pence=self.above_pence, weights=tuple(self.weights))


class SchemeShareBody(Body):
    """A scheme's budget, and who bears what it spends above it, if not all as agreed."""

    scheme: Annotated[str, Field(min_length=1, max_length=60)]
    budget_pence: Pence
    weights: Weights | None = None

    def term(self) -> risk_shares.SchemeShare:
        return risk_shares.SchemeShare(
            scheme=self.scheme,
            budget_pence=self.budget_pence,
            weights=tuple(self.weights or ()),
        )


class RiskShareBody(Body):
    """Who bears an overspend, in the order of the partners, and what happens to an underspend.

    `basis`: by the overspend weights, by contributions, or each bears its own. Bands change the
    weights with the size of the overspend; a scheme has a budget and may have weights of its own;
    a cap is the most one partner bears, null being none, and what is above all caps is borne by
    `beyond_caps`. `waterfall` meets an overspent scheme before the partners do.
    """

    overspend_weights: Weights
    carry_forward_limit_basis_points: BasisPoints
    basis: risk_shares.Basis = "weights"
    bands: Annotated[list[BandBody], Field(default_factory=list[BandBody], max_length=20)]
    schemes: Annotated[
        list[SchemeShareBody], Field(default_factory=list[SchemeShareBody], max_length=100)
    ]
    caps_pence: Annotated[
        list[Pence | None], Field(default_factory=list[Pence | None], max_length=50)
    ]
    beyond_caps: Id | None = None
    waterfall: Annotated[
        list[risk_shares.Layer], Field(default_factory=list[risk_shares.Layer], max_length=3)
    ]
    risk_pool_pence: Pence = 0
    underspend: risk_shares.UnderspendRule = "carry-forward"

    def rules(self) -> risk_shares.RiskShareRules:
        return risk_shares.RiskShareRules(
            basis=self.basis,
            bands=tuple(band.term() for band in self.bands),
            schemes=tuple(scheme.term() for scheme in self.schemes),
            caps_pence=tuple(self.caps_pence),
            beyond_caps=self.beyond_caps or "",
            waterfall=tuple(self.waterfall),
            risk_pool_pence=self.risk_pool_pence,
            underspend=self.underspend,
        )


class BroughtForwardBody(Body):
    """Empty where the year before was closed here; else what each partner has in the pool."""

    balances: Annotated[dict[Id, SomePence], Field(default_factory=dict)]


class ContributionBody(Body):
    """`ring_fence` names the eligible spending, if the money is not free; what is `recurrent` is
    where next year's contribution begins.
    """

    partner: Id
    annual_pence: SomePence
    legal_basis: LegalBasis
    ring_fence: Annotated[str, Field(max_length=60)] = ""
    recurrent: bool = True
    instalments: Instalments = "quarterly"


class ReductionBody(Body):
    """How much less of what the partner agreed under this power and for this spending."""

    partner: Id
    amount_pence: SomePence
    legal_basis: LegalBasis
    ring_fence: Annotated[str, Field(max_length=60)] = ""
    recurrent: bool = True


class InvoicesBody(Body):
    """A quarter, or a month where instalments are monthly."""

    period: Quarter


class ReceiptBody(Body):
    """Money that arrived, in part or whole; `received_on` is today unless stated."""

    partner: Id
    amount_pence: SomePence
    reference: Id
    towards: Literal["contribution", "risk-share"] = "contribution"
    received_on: Day | None = None


class OverrideBody(Body):
    """How far above the authority available one contract may be committed, once."""

    contract: Id
    above_pence: SomePence
    reason: Prose


class ReasonBody(Body):
    reason: Prose

"""What contracts publishes of pooled funds: agreements, money in, closes and where a result goes.

Each event names its fund and year; amounts are pence, positive unless said.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import (
    AgencyId,
    ContractId,
    Element,
    FinancialYear,
    FundId,
    LegalBasis,
    PartnershipId,
    Period,
    PersonId,
    Share,
    TakenOver,
    Term,
)
from shared.values.contributions import Instalments
from shared.values.risk_shares import RiskShareRules

AssetKind = Literal["equipment", "vehicle", "building", "data", "licence", "other"]


class AgreementSigned(Published, frozen=True, kw_only=True, tag="contracts.agreement-signed.v1"):
    """The agreement a pooled fund rests on, and the partner that holds it."""

    fund: FundId
    partnership: PartnershipId
    name: str
    host: AgencyId
    pool_manager: PersonId
    legal_basis: LegalBasis
    effective_on: date


class PooledFundOpened(Published, frozen=True, kw_only=True, tag="contracts.pooled-fund-opened.v1"):
    """A fund's financial year. The order of `partners` settles ties in every split.

    Weights are parallel to `partners`: how spending is attributed. `aligned`: no money is pooled,
    and the commissioner of a contract bears its cost.
    """

    fund: FundId
    year: FinancialYear
    partnership: PartnershipId
    host: AgencyId
    partners: tuple[AgencyId, ...]
    attribution_weights: tuple[int, ...]
    effective_on: date
    aligned: bool = False


class PartnersChanged(Published, frozen=True, kw_only=True, tag="contracts.partners-changed.v1"):
    """Partners joined or left within the year: weights for cost of `effective_on` and later.

    `partners` are those before, whoever joined after them; whoever left has no weight.
    """

    fund: FundId
    year: FinancialYear
    partners: tuple[AgencyId, ...]
    attribution_weights: tuple[int, ...]
    left: tuple[AgencyId, ...] = ()
    effective_on: date


class RiskShareAgreed(Published, frozen=True, kw_only=True, tag="contracts.risk-share-agreed.v1"):
    """Who bears an overspend (weights parallel to the fund's partners), and what may be kept.

    `rules` say more than weights can: bands, schemes, caps, a waterfall, each its own.
    """

    fund: FundId
    year: FinancialYear
    overspend_weights: tuple[int, ...]
    carry_forward_limit_basis_points: int
    effective_on: date
    rules: RiskShareRules = RiskShareRules()


class BalanceBroughtForward(
    Published, frozen=True, kw_only=True, tag="contracts.balance-brought-forward.v1"
):
    fund: FundId
    year: FinancialYear
    partner: AgencyId
    amount_pence: int
    effective_on: date


class ContributionAgreed(
    Published, frozen=True, kw_only=True, tag="contracts.contribution-agreed.v1"
):
    """A partner's money for the year, under its own power; `ring_fence` names eligible spending.

    What is `recurrent` is where next year's contribution begins.
    """

    fund: FundId
    year: FinancialYear
    partner: AgencyId
    annual_pence: int
    legal_basis: LegalBasis
    ring_fence: str = ""
    effective_on: date
    recurrent: bool = True
    instalments: Instalments = "quarterly"


class ContributionReduced(
    Published, frozen=True, kw_only=True, tag="contracts.contribution-reduced.v1"
):
    """Less of a contribution than was agreed; for good where it is `recurrent`."""

    fund: FundId
    year: FinancialYear
    partner: AgencyId
    amount_pence: int
    legal_basis: LegalBasis
    ring_fence: str = ""
    recurrent: bool = True
    instalments: Instalments = "quarterly"
    effective_on: date


class ContributionInvoiced(
    Published, frozen=True, kw_only=True, tag="contracts.contribution-invoiced.v1"
):
    fund: FundId
    year: FinancialYear
    partner: AgencyId
    period: Period
    amount_pence: int
    effective_on: date


class ContributionReceived(
    Published, frozen=True, kw_only=True, tag="contracts.contribution-received.v1"
):
    fund: FundId
    year: FinancialYear
    partner: AgencyId
    amount_pence: int
    reference: str
    towards: Literal["contribution", "risk-share"] = "contribution"
    effective_on: date


class CostTruedUp(Published, frozen=True, kw_only=True, tag="contracts.cost-trued-up.v1"):
    """At year close: what moves a partner's annual share of one contract element to its exact part.

    `changes` are signed and add up to nothing. `weighting` is which of the year's weights they are
    by: 0 the first, 1 those after the first change of partners.
    """

    fund: FundId
    year: FinancialYear
    contract: ContractId
    element: Element
    changes: tuple[Share, ...]
    effective_on: date
    weighting: int = 0


class YearClosed(Published, frozen=True, kw_only=True, tag="contracts.year-closed.v1"):
    """`result_pence` is contributions and brought forward less spending: minus is an overspend.

    `absorbed` is what each layer of a waterfall met of the overspent schemes.
    """

    fund: FundId
    year: FinancialYear
    result_pence: int
    closed_by: PersonId
    approved_by: PersonId
    effective_on: date
    absorbed: dict[str, int] = {}  # noqa: RUF012 -- a struct copies its default


class RiskShareSettled(Published, frozen=True, kw_only=True, tag="contracts.risk-share-settled.v1"):
    """The overspend, shared by the overspend weights."""

    fund: FundId
    year: FinancialYear
    shares: tuple[Share, ...]
    effective_on: date


class UnderspendCarriedForward(
    Published, frozen=True, kw_only=True, tag="contracts.underspend-carried-forward.v1"
):
    """What stays in the pool, each partner's part; `as_contingency` where it is kept in reserve."""

    fund: FundId
    year: FinancialYear
    shares: tuple[Share, ...]
    effective_on: date
    as_contingency: bool = False


class UnderspendReturned(
    Published, frozen=True, kw_only=True, tag="contracts.underspend-returned.v1"
):
    """What goes back to each partner; `paid` once it has left the bank."""

    fund: FundId
    year: FinancialYear
    shares: tuple[Share, ...]
    step: Literal["due", "paid"]
    effective_on: date


class StaffShare(Term, frozen=True, kw_only=True):
    """Posts paid from the pool: their kind and number, who employs them, and who has them next."""

    post: str
    whole_time_equivalents: Decimal
    employer: AgencyId
    goes_to: AgencyId


class AssetShare(Term, frozen=True, kw_only=True):
    """Something bought with the pool: what it is worth now, who holds it, and who has it next."""

    asset: str
    kind: AssetKind
    value_pence: int
    held_by: AgencyId
    goes_to: AgencyId


class FundUnwound(Published, frozen=True, kw_only=True, tag="contracts.fund-unwound.v1"):
    """The fund ends with this year: what it still held is due to the partners, and each contract
    goes on with the agency named, as do the staff and the other assets. Two people stand for it.
    """

    fund: FundId
    year: FinancialYear
    shares: tuple[Share, ...]
    contracts: tuple[TakenOver, ...]
    prepared_by: PersonId
    approved_by: PersonId
    effective_on: date
    staff: tuple[StaffShare, ...] = ()
    assets: tuple[AssetShare, ...] = ()

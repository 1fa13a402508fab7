"""The request bodies of pooled funds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.http.bodies import BasisPoints, Body, Id, Pence, Prose, Title
from shared.published.terms import LegalBasis

Year = Annotated[str, Field(pattern=r"^20\d\d-\d\d$", description="A financial year, `2026-27`")]
Quarter = Annotated[str, Field(pattern=r"^20\d\d-\d\d-Q[1-4]$")]
SomePence = Annotated[Pence, Field(gt=0)]
Weight = Annotated[int, Field(strict=True, ge=0, le=10**9)]
Weights = Annotated[list[Weight], Field(min_length=1, max_length=50)]
Partners = Annotated[list[Id], Field(min_length=1, max_length=50)]


class FundBody(Body):
    """A new fund and its first year; the caller's agency is the host. The order of the partners
    settles ties in every split; weights stand in the same order.
    """

    partnership: Id
    name: Title
    legal_basis: LegalBasis
    pool_manager: Id
    year: Year
    partners: Partners
    attribution_weights: Weights


class YearBody(Body):
    """A further year; partners and weights as in the latest year unless stated."""

    year: Year
    partners: Partners | None = None
    attribution_weights: Weights | None = None


class RiskShareBody(Body):
    overspend_weights: Weights
    carry_forward_limit_basis_points: BasisPoints


class BroughtForwardBody(Body):
    """Empty where the year before was closed here; else what each partner has in the pool."""

    balances: Annotated[dict[Id, SomePence], Field(default_factory=dict)]


class ContributionBody(Body):
    """`ring_fence` names the eligible spending, if the money is not free."""

    partner: Id
    annual_pence: SomePence
    legal_basis: LegalBasis
    ring_fence: Annotated[str, Field(max_length=60)] = ""


class InvoicesBody(Body):
    period: Quarter


class ReceiptBody(Body):
    """Money that arrived, in part or whole; `received_on` is today unless stated."""

    partner: Id
    amount_pence: SomePence
    reference: Id
    towards: Literal["contribution", "risk-share"] = "contribution"
    received_on: Annotated[date, Field(ge=date(2015, 1, 1), le=date(2070, 12, 31))] | None = None


class OverrideBody(Body):
    """How far above the authority available one contract may be committed, once."""

    contract: Id
    above_pence: SomePence
    reason: Prose


class ReasonBody(Body):
    reason: Prose

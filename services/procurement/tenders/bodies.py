"""The request bodies of tenders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.procurement.regimes import ServiceKind
from shared.http.bodies import BasisPoints, Body, Day, Id, Instant, Pence, Prose, Title
from shared.published.procurement import Criterion, Party, Regime


class CriterionBody(Body):
    criterion: Id
    title: Title
    kind: Literal["price", "quality", "social-value"]
    weight_basis_points: BasisPoints

    def term(self) -> Criterion:
        return Criterion(
            criterion=self.criterion,
            title=self.title,
            kind=self.kind,
            weight_basis_points=self.weight_basis_points,
        )


class PoliciesBody(Body):
    """How this procurement is run; `lots` says how it is packaged for small providers."""

    ethics: Prose
    small_providers: Prose
    sustainability: Prose
    lots: Prose


class LotBody(Body):
    title: Title
    annual_value_pence: Pence


class OpenTenderBody(Body):
    """Up to `delegated_limit_pence` a year the procuring partner's officer may award.

    Each of `lots` becomes a tender of its own; a bidder may win `most_lots` of them (0: any
    number). `joint_with` are neighbouring partnerships that commission with this one; `payer` is
    the partner that pays where another procures.
    """

    specification: Id
    title: Title
    regime: Regime
    kind_of_service: ServiceKind = "social-care"
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=30)]
    bids_close_at: Instant
    delegated_limit_pence: Pence = 0
    low_against_mean_basis_points: BasisPoints = 4000
    low_against_next_basis_points: BasisPoints = 3000
    planned_notice_on: Day | None = None
    payer: Id | None = None
    joint_with: list[Id] = Field(default_factory=list[Id], max_length=20)
    lots: list[LotBody] = Field(default_factory=list[LotBody], max_length=50)
    most_lots: Annotated[int, Field(strict=True, ge=0, le=50)] = 0
    policies: PoliciesBody | None = None


class AmendBody(Body):
    """What is left out stays as it is; a deadline only moves later."""

    title: Title | None = None
    criteria: list[CriterionBody] = Field(default_factory=list[CriterionBody], max_length=30)
    bids_close_at: Instant | None = None
    reason: Prose


class PartyBody(Body):
    provider: Id
    share_basis_points: BasisPoints

    def term(self) -> Party:
        return Party(provider=self.provider, share_basis_points=self.share_basis_points)


class ConsortiumBody(Body):
    """All parties with the caller, who leads, among them."""

    parties: Annotated[list[PartyBody], Field(min_length=2, max_length=20)]


class AgreementBody(Body):
    lead: Id


class AskedBody(Body):
    asked: Prose


class ExplanationBody(Body):
    explanation: Prose


class JudgementBody(Body):
    accepted: bool
    reason: Prose


class QuestionBody(Body):
    question: Prose


class AnswerBody(Body):
    answer: Prose


class InterestBody(Body):
    interested: bool


class ScoresBody(Body):
    """By criterion, 0 to 10,000 basis points of what that criterion can give.

    `by_criterion` gives the reason for each score; where it does, it names every criterion.
    """

    scores: Annotated[dict[Id, BasisPoints], Field(max_length=30)]
    reasons: Prose
    by_criterion: dict[Id, Prose] = Field(default_factory=dict[Id, Prose], max_length=30)


class BidChoice(Body):
    bid: Id


class AwardBody(Body):
    """`decision` is the board's, where the price is above the delegated limit."""

    bid: Id
    decision: Id | None = None


class NoticeBody(Body):
    """`no_standstill_section` names the section by which none is kept, such as `s.51(3)(a)`."""

    no_standstill_section: Annotated[str, Field(max_length=40)] = ""


class RepresentationBody(Body):
    grounds: Prose


class ResolutionBody(Body):
    upheld: bool
    reason: Prose


class CancelBody(Body):
    """`unsuccessful` where no bid came that could be awarded."""

    reason: Prose
    unsuccessful: bool = False

"""The request bodies of tenders."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from services.procurement.regimes import ServiceKind
from shared.http.bodies import BasisPoints, Body, Id, Instant, Pence, Prose, Title
from shared.published.procurement import Criterion, Regime


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


class OpenTenderBody(Body):
    """Up to `delegated_limit_pence` a year the procuring partner's officer may award."""

    specification: Id
    title: Title
    regime: Regime
    kind_of_service: ServiceKind = "social-care"
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=30)]
    bids_close_at: Instant
    delegated_limit_pence: Pence = 0


class QuestionBody(Body):
    question: Prose


class AnswerBody(Body):
    answer: Prose


class InterestBody(Body):
    interested: bool


class ScoresBody(Body):
    """By criterion, 0 to 10,000 basis points of what that criterion can give."""

    scores: dict[Id, BasisPoints]
    reasons: Prose


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


class ReasonBody(Body):
    reason: Prose

"""The request bodies of awards without a tender."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.procurement.awards.events import Notice, Way
from services.procurement.regimes import ServiceKind
from shared.http.bodies import Body, Id, Pence, Prose
from shared.published.procurement import Standard

Section = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,;()/&-]{0,119}$")]


class ProposeBody(Body):
    """With a direct award `ground`, one of `direct_award_grounds` in the table of the law, or its
    `section` in words; with a call-off `framework`, an agreement of the register, the `lot` and how
    the provider was chosen; with a grant `grant_conditions`, what it is given on.

    `delegated_limit_pence`: up to this annual price the procuring partner's officer may award.
    `conditions` are standards the provider has to hold; `considered` says why one against whom a
    discretionary ground stands is not excluded.
    """

    way: Way
    specification: Id
    provider: Id
    annual_price_pence: Pence
    kind_of_service: ServiceKind = "social-care"
    ground: Id | None = None
    section: Section | None = None
    framework: Id | None = None
    lot: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    competition: Literal["direct", "mini-competition"] = "direct"
    conditions: list[Standard] = Field(default_factory=list[Standard], max_length=6)
    considered: Prose | None = None
    grant_conditions: Prose | None = None
    reason: Prose
    delegated_limit_pence: Pence = 0


class InterestBody(Body):
    interested: bool


class NoticeBody(Body):
    """`keep_standstill` where the law leaves that to choice; `decision` is the board's, where the
    price is above the delegated limit.
    """

    notice: Notice
    keep_standstill: bool = False
    decision: Id | None = None


class GroundsBody(Body):
    grounds: Prose


class ReceivedBody(GroundsBody):
    """`by`: the provider whose representation it is."""

    by: Id


class DecidedBody(Body):
    upheld: bool
    reason: Prose


class MakeBody(Body):
    """`decision` is the board's on this award, where the price is above the delegated limit."""

    decision: Id | None = None


class ReasonBody(Body):
    reason: Prose

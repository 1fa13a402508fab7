"""The request bodies of awards without a tender."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from services.procurement.awards.events import Way
from shared.http.bodies import Body, Id, Pence, Prose

Section = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,;()/&-]{0,119}$")]


class ProposeBody(Body):
    """`section` with a direct award, such as `s.41, Sch. 5 para. 6`; `framework` with a call-off.

    `delegated_limit_pence`: up to this annual price the procuring partner's officer may award.
    """

    way: Way
    specification: Id
    provider: Id
    annual_price_pence: Pence
    section: Section | None = None
    framework: Section | None = None
    reason: Prose
    delegated_limit_pence: Pence = 0


class MakeBody(Body):
    """`decision` is the board's on this award, where the price is above the delegated limit."""

    decision: Id | None = None


class ReasonBody(Body):
    reason: Prose

"""The request bodies of resources."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from services.needs.resources.events import Sharing
from services.needs.strategies.events import ResourceKind, Tier
from shared.http.bodies import Body, Count, Id, Pence, Prose, Title

Year = Annotated[str, StringConstraints(pattern=r"^\d{4}/\d{2}$")]
Percent = Annotated[
    Decimal, Field(ge=-100, le=100, max_digits=6, decimal_places=3, allow_inf_nan=False)
]


class OfferBody(Body):
    """`partner` is whose it is; `need` is in the assessment's words; `what` says what it is."""

    year: Year
    service: Title
    provider: Title
    partner: Id
    outcome: Id
    need: Title | None = None
    tier: Tier
    kind: ResourceKind = "money"
    sharing: Sharing = "aligned"
    what: Title
    annual_pence: Pence


class EffectBody(Body):
    """`result` is what is counted; `least` and `most` are percent of it for 1 % of the money."""

    year: Year
    service: Title
    result: Title
    achieved: Count
    least: Percent
    most: Percent
    because: Prose

"""The request bodies of incidents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.http.bodies import Body, Id, OlderDay
from shared.published.reviewing import IncidentOutcome

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._-]{1,39}$")]


class IncidentBody(Body):
    """This is never the way to refer a child at risk: make the referral first, then tell us here.

    `reference` is the referral's own number; there is no room here for what happened."""

    contract: Id
    reference: Reference
    referred_to: Literal["safeguarding", "lado", "regulator"]
    referral_confirmed: bool
    happened_on: OlderDay


class IncidentClosureBody(Body):
    """How it ended, as a code; there is no room here for what happened either."""

    outcome: IncidentOutcome = ""

"""The request bodies of the register."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.procurement.providers.commands import Form
from shared.http.bodies import Body, Day, Id, OlderDay, Prose, Title
from shared.published.procurement import Standard

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,79}$")]
Mark = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 &'()./-]{0,79}$")]


class RegisterBody(Body):
    """`provider` is the agency id in the provider's tokens; `identifiers` by scheme."""

    provider: Id
    name: Title
    form: Form
    small: bool
    identifiers: Annotated[dict[Id, Id], Field(max_length=10)]


class StandardBody(Body):
    """`reference` is the certificate's or policy's; `valid_until` is its last day."""

    standard: Standard
    title: Mark | None = None
    reference: Reference
    valid_until: Day


class GroundBody(Body):
    """A ground of `exclusion_grounds` in the table of the law, and the day of what happened."""

    ground: Id
    happened_on: OlderDay
    reason: Prose


class ReasonBody(Body):
    reason: Prose

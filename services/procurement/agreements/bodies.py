"""The request bodies of framework agreements."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.procurement.agreements.events import AgreementLot
from services.procurement.providers.bodies import Reference
from shared.http.bodies import Body, Day, Id, Prose, Title

LotNumber = Annotated[int, Field(strict=True, ge=1, le=100)]


class LotBody(Body):
    lot: LotNumber
    title: Title
    providers: Annotated[list[Id], Field(min_length=1, max_length=200)]

    def term(self) -> AgreementLot:
        return AgreementLot(lot=self.lot, title=self.title, providers=tuple(self.providers))


class RegisterAgreementBody(Body):
    """`partnerships` may call off to the last day `valid_until`; the caller's agency keeps it."""

    title: Title
    reference: Reference
    partnerships: Annotated[list[Id], Field(min_length=1, max_length=100)]
    lots: Annotated[list[LotBody], Field(min_length=1, max_length=50)]
    direct_allowed: bool = False
    valid_until: Day


class ChangeLotBody(Body):
    """All who are on the lot from now on."""

    lot: LotNumber
    providers: Annotated[list[Id], Field(max_length=200)]
    reason: Prose


class EndBody(Body):
    reason: Prose

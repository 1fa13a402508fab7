"""The doors of the law: what it asks of a contract that is thought of, and of a real tender."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request
from msgspec.structs import replace

from services.procurement.awards.grounds import GROUNDS as DIRECT_GROUNDS
from services.procurement.awards.notices import asked_of as award_asked_of
from services.procurement.awards.reading import (
    Awards,
    Specifications,
    row_of,
    terms_of,
    whole_term_of,
)
from services.procurement.awards.reading import Reader as AwardReader
from services.procurement.duties.answers import Asked, Way, explained
from services.procurement.duties.bodies import Day, PartAsked, parts_of
from services.procurement.duties.mixed import Part
from services.procurement.providers.grounds import GROUNDS as EXCLUSION_GROUNDS
from services.procurement.regimes import THRESHOLDS, Buyer, ServiceKind
from services.procurement.tenders.reading import Reader, Tenders
from services.procurement.tenders.views import TenderRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.law.duties import DUTIES, LIMITS
from shared.published.procurement import Regime

router = Router(tags=["regimes"])

LawReader = Annotated[Actor, allowed("tenders:read")]


@router.get("/v1/regimes/answer")
async def explain_law(
    request: Request,
    _: LawReader,
    parts: PartAsked,
    law_of: Day = None,
    buyer: Buyer = "sub-central",
    separable: bool = False,
    way: Way = "tender",
    regime: Regime | None = None,
    annual_spend_pence: Annotated[int | None, Query(ge=0, le=10**14)] = None,
    planned_on: Day = None,
    opened_on: Day = None,
    bids_close_on: Day = None,
    notice_on: Day = None,
    signed_on: Day = None,
    ends_on: Day = None,
) -> dict[str, Any]:
    """Regime, duties and clocks of a contract under the law of a day, today's unless said.

    422: no-law-on-that-day.
    """
    asked = Asked(
        parts=parts_of(parts), buyer=buyer, separable=separable, way=way, claimed=regime,
        annual_spend_pence=annual_spend_pence, planned_on=planned_on, opened_on=opened_on,
        bids_close_on=bids_close_on, notice_on=notice_on, signed_on=signed_on, ends_on=ends_on,
    )  # fmt: skip
    return msgspec.to_builtins(
        explained(asked, law_of or london_date(request.app.state.house.clock()))
    )


@router.get("/v1/regimes/table")
async def read_law_table(_: LawReader) -> dict[str, Any]:
    """Every row of the law that answers are made from, with its first day and its source."""
    return {
        "thresholds": msgspec.to_builtins(THRESHOLDS),
        "duties": [
            msgspec.to_builtins(row) | {"regimes": sorted(row.regimes)} for row in DUTIES
        ],
        "limits": msgspec.to_builtins(LIMITS),
        "exclusion_grounds": msgspec.to_builtins(EXCLUSION_GROUNDS),
        "direct_award_grounds": [
            msgspec.to_builtins(row) | {"regimes": sorted(row.regimes)} for row in DIRECT_GROUNDS
        ],
    }  # fmt: skip


@router.get("/v1/tenders/{tender}/duties")
async def explain_tender(
    tender: Id, tenders: Tenders, _: Reader, law_of: Day = None
) -> dict[str, Any]:
    """What the law asks of this tender: of the day it was opened, or of another day.

    422: no-law-on-that-day.
    """
    row = await tenders.get(tender)
    if row is None:
        raise Missing
    return msgspec.to_builtins(explained(asked_of(row), law_of or opened_on(row)))


def opened_on(row: TenderRow) -> date:
    """The day whose law holds for the tender; older rows do not know it and take the deadline's."""
    return row.opened_on or london_date(row.bids_close_at)


def asked_of(row: TenderRow) -> Asked:
    """What is known of a tender, for the law to be asked."""
    way: Literal["tender"] = "tender"
    return Asked(
        parts=(Part(kind=row.kind_of_service, value_pence=row.whole_term_pence),),
        buyer=row.buyer, way=way, claimed=row.regime, opened_on=opened_on(row),
        bids_close_on=london_date(row.bids_close_at), planned_on=row.planned_on,
        notice_on=row.notice_on, signed_on=None, ends_on=None,
    )  # fmt: skip


@router.get("/v1/awards/{award}/duties")
async def explain_award(
    award: Id, awards: Awards, specifications: Specifications, request: Request, _: AwardReader,
    kind_of_service: ServiceKind | None = None, buyer: Buyer | None = None, law_of: Day = None,
) -> dict[str, Any]:  # fmt: skip
    """What the law asks of an award without a tender, under the law of today or of another day; of
    another kind or buyer where that is asked. 422: no-law-on-that-day.
    """
    row = await row_of(awards, award)
    specification = await specifications.get(row.specification)
    if specification is None:
        raise Missing
    value, ends_on = whole_term_of(specification, row.annual_price_pence)
    terms = replace(
        terms_of(row),
        whole_term_pence=value,
        kind_of_service=kind_of_service or row.kind_of_service,
        buyer=buyer or row.buyer,
    )
    day = law_of or london_date(request.app.state.house.clock())
    return msgspec.to_builtins(explained(award_asked_of(terms, day, ends_on), day))

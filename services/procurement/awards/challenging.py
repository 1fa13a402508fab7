"""The doors of an award that a notice has announced: any provider reads it and may challenge it.

Law: a representation is made by whoever might have provided, while the standstill runs; what others
have said of the award is not shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Request
from pydantic import BaseModel

from services.procurement.awards import commands
from services.procurement.awards.bodies import GroundsBody
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.reading import Awards, Specifications, row_of, title_of, words_of
from services.procurement.awards.views import AWARD_ROWS, AwardRow, in_order
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Texts
from shared.http.routing import Router
from shared.published.terms import AgencyId

router = Router(prefix="/v1/awards", tags=["awards"])


async def announced_to(request: Request) -> Parties:
    """Everyone, from the notice until the award is made or given up; a partner challenges none."""
    store: ViewStore[AwardRow] = request.app.state.house.stores[AWARD_ROWS.name]
    row = await store.get(request.path_params["award"])
    if row is None or not row.notices or row.status != "proposed":
        raise Missing
    return {**await members_of(request, row.partnership), ANYONE: frozenset({"bidder"})}


Reader = Annotated[Actor, allowed("tenders:read", "member", "bidder", of=announced_to)]
Bidder = Annotated[Actor, allowed("bids:write", "bidder", of=announced_to)]


class Own(BaseModel):
    """A representation of one's own; None where words have been erased, or nothing is decided."""

    standing: Literal["standing", "dismissed", "upheld"]
    grounds: str | None
    reason: str | None


class Announced(BaseModel):
    """What the notice says of an award that is not made, and what one has oneself said against it.

    `standstill_ends_at` is when a representation must have come in.
    """

    award: str
    title: str
    procuring: str
    provider: str
    annual_price_pence: int
    section: str
    framework: str
    notices: dict[str, date]
    standstill_ends_at: datetime | None
    no_standstill: str
    own: list[Own]


@router.get("/{award}/announcement")
async def read_announcement(
    award: Id, awards: Awards, specifications: Specifications, texts: Texts, actor: Reader
) -> Announced:
    """An announced award, as whoever might challenge it sees it. 404 before and after."""
    row = await row_of(awards, award)
    return Announced(
        award=award,
        title=await title_of(specifications, row.specification),
        procuring=row.procuring,
        provider=row.provider,
        annual_price_pence=row.annual_price_pence,
        section=row.section,
        framework=row.framework,
        notices={str(notice): on for notice, on in row.notices.items()},
        standstill_ends_at=row.standstill_ends_at,
        no_standstill=row.no_standstill,
        own=[
            Own(
                standing=one.standing,
                grounds=await words_of(texts, one.grounds),
                reason=await words_of(texts, one.reason),
            )
            for _, one in in_order(row)
            if one.by == actor.agency
        ],
    )


@router.post("/{award}/challenges", status_code=201)
async def challenge_award(
    award: Id, body: GroundsBody, handle: Handling, actor: Bidder
) -> Accepted:
    """Make a representation against an announced award; its standstill waits for the decision.

    409: award-not-open, no-standstill-running.
    """
    return await represented(handle, actor, award, actor.agency, body.grounds)


async def represented(
    handle: Handle, actor: Actor, award: str, by: AgencyId, words: str
) -> Accepted:
    """A representation `by` a provider is received, whoever writes it down."""
    grounds = await handle.keep_text(actor, "grounds", words)
    command = commands.ReceiveRepresentation(
        representation=str(grounds.text),
        by=by,
        grounds=grounds,
        received_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AWARDS, award, command)

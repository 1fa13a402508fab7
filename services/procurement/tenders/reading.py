"""What is shown of tenders, and to whom: nothing sealed to anyone, bids once opened to partners."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

import msgspec
from fastapi import Request
from pydantic import BaseModel

from services.procurement.heard import SPECIFICATIONS, SpecificationRow
from services.procurement.tenders.views import TENDER_ROWS, TenderRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import PARTNERSHIPS, PartnershipRow, members_of, partnerships_of
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.published.terms import AgencyId, PartnershipId, TextRef
from shared.texts.store import TextStore

router = Router(prefix="/v1/tenders", tags=["tenders"])

Tenders = Annotated[ViewStore[TenderRow], rows(TENDER_ROWS)]


async def parties(request: Request) -> Parties:
    """The partners of the tender's partnership, the one that procures, and everyone who may bid.

    A tender is public from its opening, so every agency stands in the relation `bidder` to it; one
    that became a partner after it had bid in no other, once the bids are open.
    """
    store: ViewStore[TenderRow] = request.app.state.house.stores[TENDER_ROWS.name]
    row = await store.get(request.path_params["tender"])
    if row is None:
        raise Missing
    found = dict(await members_of(request, row.partnership))
    for agency in await _neighbours(request, row):
        found.setdefault(agency, frozenset({"member"}))
    found[row.procuring] = found.get(row.procuring, frozenset()) | {"procuring"}
    if row.status != "open":
        found |= dict.fromkeys(bidders_of(row) & found.keys(), frozenset({"bidder"}))
    return found | {ANYONE: frozenset({"bidder"})}


async def _neighbours(request: Request, row: TenderRow) -> list[AgencyId]:
    """The agencies of the partnerships that commission with this one."""
    store: ViewStore[PartnershipRow] = request.app.state.house.stores[PARTNERSHIPS.name]
    found = [await store.get(name) for name in row.joint_with]
    return [agency for known in found if known for agency in known.agencies]


def bidders_of(row: TenderRow) -> set[AgencyId]:
    """Who has bid."""
    return {bid.provider for bid in (*row.bids, *row.unopened)}


def judges(row: TenderRow, actor: Actor, partners: Collection[AgencyId]) -> bool:
    """Whether an actor may see others' bids once they are open: a partner, not as a provider and
    not of an agency that bids.
    """
    provides = "provider" in actor.roles or actor.agency in bidders_of(row)
    return actor.agency in partners and not provides


Reader = Annotated[Actor, allowed("tenders:read", "member", "procuring", "bidder", of=parties)]

Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]
Evaluator = Annotated[Actor, allowed("tenders:evaluate", "member", "procuring", of=parties)]
Bidder = Annotated[Actor, allowed("bids:write", "bidder", of=parties)]


def shown(row: TenderRow, actor: Actor, partnerships: Collection[PartnershipId]) -> dict[str, Any]:
    """What an actor may see of a tender: others' bids once opened and only as a partner,
    questions without an answer only as the one that procures.
    """
    content: dict[str, Any] = msgspec.to_builtins(row)
    own = [actor.agency] if row.partnership in partnerships else []
    partner = judges(row, actor, own)
    if row.status == "open" or not partner:
        for kind in ("bids", "unopened"):
            content[kind] = [bid for bid in content[kind] if bid["provider"] == actor.agency]
    if actor.agency != row.procuring or "provider" in actor.roles:
        del content["waiting"]
    return content


@router.get("")
async def list_tenders(
    request: Request,
    tenders: Tenders,
    paging: Paging,
    actor: Annotated[Actor, allowed("tenders:read")],
    partnership: Id | None = None,
    specification: Id | None = None,
) -> Listed[dict[str, Any]]:
    """Every tender, since each is public from its opening; bids only as one may see them."""
    asked = {"partnership": partnership, "specification": specification}
    where = {name: value for name, value in asked.items() if value is not None}
    found = await tenders.find(where=where, after=paging.after, limit=paging.limit + 1)
    own = await partnerships_of(request, actor.agency)
    return paging.page({key: shown(row, actor, own) for key, row in found.items()})


@router.get("/specifications")
async def list_specifications(
    request: Request,
    specifications: Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)],
    actor: Annotated[Actor, allowed("tenders:write")],
) -> list[dict[str, Any]]:
    """The published specifications of one's partnerships, on which a tender may be opened."""
    own = await partnerships_of(request, actor.agency)
    found = await specifications.find(where={}, limit=500)
    return [
        {
            "specification": key,
            "title": row.specification.title,
            "partnership": row.partnership,
            "annual_value_pence": row.specification.annual_value_pence,
            "starts_on": row.specification.starts_on,
            "ends_on": row.specification.ends_on,
        }
        for key, row in found.items()
        if row.status == "published" and row.partnership in own
    ]


@router.get("/{tender}")
async def read_tender(
    request: Request, tender: Id, tenders: Tenders, actor: Reader
) -> dict[str, Any]:
    """One tender."""
    row = await row_of(tenders, tender)
    return shown(row, actor, await partnerships_of(request, actor.agency))


async def row_of(tenders: ViewStore[TenderRow], tender: str) -> TenderRow:
    """Raises Missing."""
    row = await tenders.get(tender)
    if row is None:
        raise Missing
    return row


class Question(BaseModel):
    """A question as it was asked, and its answer; a text is None once it has been erased."""

    question: str
    asked: str | None
    answer: str | None


@router.get("/{tender}/questions")
async def list_questions(
    tender: Id, tenders: Tenders, texts: Texts, actor: Reader
) -> list[Question]:
    """Questions answered, for all and unnamed; those still open for the one that procures."""
    row = await row_of(tenders, tender)
    found = [
        Question(
            question=given.question,
            asked=await _said(texts, given.asked),
            answer=await _said(texts, given.answer),
        )
        for given in row.answers
    ]
    if actor.agency == row.procuring and "provider" not in actor.roles:
        found += [
            Question(question=open_.question, asked=await _said(texts, open_.asked), answer=None)
            for open_ in row.waiting
        ]
    return found


async def _said(texts: TextStore, ref: TextRef) -> str | None:
    text = await texts.get(ref.text)
    return text.content.decode() if text and text.content is not None else None

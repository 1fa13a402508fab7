"""The doors by which awards without a tender are read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Request
from pydantic import BaseModel

from services.procurement.awards.beside import made_beside
from services.procurement.awards.events import AwardTerms
from services.procurement.awards.notices import owed_before
from services.procurement.awards.views import AWARD_ROWS, AwardRow, in_order
from services.procurement.decisions import decisions_on
from services.procurement.heard import AUTHORITIES, SPECIFICATIONS, AuthorityRow, SpecificationRow
from services.procurement.regimes import whole_term_pence
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.published.terms import TextRef

router = Router(prefix="/v1/awards", tags=["awards"])

Awards = Annotated[ViewStore[AwardRow], rows(AWARD_ROWS)]
Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]
Authorities = Annotated[ViewStore[AuthorityRow], rows(AUTHORITIES)]


async def parties(request: Request) -> Parties:
    """The partners of the award's partnership, the one that procures; once made, the provider."""
    store: ViewStore[AwardRow] = request.app.state.house.stores[AWARD_ROWS.name]
    row = await store.get(request.path_params["award"])
    if row is None:
        raise Missing
    found = dict(await members_of(request, row.partnership))
    found[row.procuring] = found.get(row.procuring, frozenset()) | {"procuring"}
    if row.status == "made":
        found[row.provider] = found.get(row.provider, frozenset()) | {"provider"}
    return found


Reader = Annotated[Actor, allowed("tenders:read", "member", "procuring", "provider", of=parties)]
Partner = Annotated[Actor, allowed("tenders:read", "member", "procuring", of=parties)]
Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]


async def row_of(awards: ViewStore[AwardRow], award: str) -> AwardRow:
    """Raises Missing."""
    row = await awards.get(award)
    if row is None:
        raise Missing
    return row


@router.get("")
async def list_awards(
    request: Request,
    awards: Awards,
    paging: Paging,
    specifications: Specifications,
    actor: Annotated[Actor, allowed("tenders:read")],
    partnership: Id | None = None,
    status: Literal["proposed", "made", "withdrawn"] | None = None,
) -> Listed[dict[str, Any]]:
    """Awards without a tender in the caller's partnerships, and those made to the caller."""
    own = set(await partnerships_of(request, actor.agency))
    asked = {"partnership": partnership, "status": status}
    where = {name: value for name, value in asked.items() if value is not None}
    found: dict[str, dict[str, Any]] = {}
    after = paging.after
    while len(found) <= paging.limit:
        page = await awards.find(where=where, after=after, limit=paging.limit + 1)
        found |= {
            key: _shown(row, inside=row.partnership in own)
            for key, row in page.items()
            if row.partnership in own or (row.provider, row.status) == (actor.agency, "made")
        }
        if len(page) <= paging.limit:
            break
        after = list(page)[-1]
    titles: dict[str, str] = {}
    for row in found.values():
        name = row["specification"]
        if name not in titles:
            titles[name] = await title_of(specifications, name)
        row["title"] = titles[name]
    return paging.page(found)


async def title_of(specifications: ViewStore[SpecificationRow], specification: str) -> str:
    """What the specification is called; its id where it has not been heard of."""
    row = await specifications.get(specification)
    return row.specification.title if row else specification


def _shown(row: AwardRow, *, inside: bool) -> dict[str, Any]:
    """The row; who has an interest and who challenged it is the partners' own."""
    shown = msgspec.to_builtins(row)
    own: dict[str, Any] = {"interests": {}, "considered": None, "representations": {}}
    return shown if inside else shown | own


@router.get("/{award}")
async def read_award(
    request: Request, award: Id, awards: Awards, specifications: Specifications, actor: Reader
) -> dict[str, Any]:
    """One award without a tender."""
    row = await row_of(awards, award)
    shown = _shown(row, inside=actor.agency in await members_of(request, row.partnership))
    return shown | {"title": await title_of(specifications, row.specification)}


class Course(BaseModel):
    """What an award still waits for: notices in their order, and the board's decisions on it.

    `needs_decision`: the price, with what was awarded beside it, is above the delegated limit.
    """

    owed: list[str]
    needs_decision: bool
    decisions: list[dict[str, Any]]


@router.get("/{award}/course")
async def read_award_course(
    request: Request,
    award: Id,
    awards: Awards,
    authorities: Authorities,
    _: Partner,
) -> Course:
    """Which notices have to be published before the award is made, and what the board has said."""
    row = await row_of(awards, award)
    beside = await made_beside(awards, row)
    return Course(
        owed=list(owed_before(terms_of(row), london_date(request.app.state.house.clock()))),
        needs_decision=row.annual_price_pence + beside > row.delegated_limit_pence,
        decisions=await decisions_on(authorities, award, row.partnership, row.procuring),
    )


def terms_of(row: AwardRow) -> AwardTerms:
    """The terms as proposed, for the law to be asked."""
    known: dict[str, Any] = {name: getattr(row, name) for name in AwardTerms.__struct_fields__}
    return AwardTerms(**known)


class Reason(BaseModel):
    """Why there was no tender; None once the text has been erased.

    `grant_conditions` what a grant is given on; `considered`, for partners, why a provider that
    could be excluded is not.
    """

    reason: str | None
    grant_conditions: str | None = None
    considered: str | None = None


@router.get("/{award}/reason")
async def read_award_reason(
    request: Request, award: Id, awards: Awards, texts: Texts, actor: Reader
) -> Reason:
    """The reason given for awarding without a tender."""
    row = await row_of(awards, award)
    inside = actor.agency in await members_of(request, row.partnership)
    if await texts.get(row.reason.text) is None:
        raise Missing
    return Reason(
        reason=await words_of(texts, row.reason),
        grant_conditions=await words_of(texts, row.grant_conditions),
        considered=await words_of(texts, row.considered) if inside else None,
    )


async def words_of(texts: Texts, ref: TextRef | None) -> str | None:
    """The words; None where there are none, or they have been erased."""
    text = await texts.get(ref.text) if ref else None
    return text.content.decode() if text and text.content is not None else None


class Challenged(BaseModel):
    """A representation: whose, how it stands, and the words on both sides; None once erased."""

    representation: str
    by: str
    standing: Literal["standing", "dismissed", "upheld"]
    grounds: str | None
    reason: str | None


@router.get("/{award}/representations")
async def list_award_representations(
    award: Id, awards: Awards, texts: Texts, _: Partner
) -> list[Challenged]:
    """Representations against the award, as partners see them, the earliest first."""
    row = await row_of(awards, award)
    return [
        Challenged(
            representation=key,
            by=one.by,
            standing=one.standing,
            grounds=await words_of(texts, one.grounds),
            reason=await words_of(texts, one.reason),
        )
        for key, one in in_order(row)
    ]


def whole_term_of(specification: SpecificationRow, annual_price_pence: int) -> tuple[int, date]:
    """What the price comes to over the specification's term, and its last day."""
    terms = specification.specification
    value = whole_term_pence(annual_price_pence, terms.starts_on, terms.ends_on)
    return value, terms.ends_on

"""The doors of awards without a tender: proposed, decided where they must be, then made."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import Request
from pydantic import BaseModel

from services.procurement.awards import commands
from services.procurement.awards.bodies import MakeBody, ProposeBody, ReasonBody
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import AwardTerms
from services.procurement.awards.views import AWARD_ROWS, AwardRow
from services.procurement.decisions import authority_of
from services.procurement.heard import AUTHORITIES, SPECIFICATIONS, AuthorityRow, SpecificationRow
from services.procurement.providers.standing import standing_of
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships_of
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

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
Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]


@router.get("")
async def list_awards(
    request: Request,
    awards: Awards,
    paging: Paging,
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
            key: msgspec.to_builtins(row)
            for key, row in page.items()
            if row.partnership in own or (row.provider, row.status) == (actor.agency, "made")
        }
        if len(page) <= paging.limit:
            break
        after = list(page)[-1]
    return paging.page(found)


@router.get("/{award}")
async def read_award(award: Id, awards: Awards, _: Reader) -> dict[str, Any]:
    """One award without a tender."""
    return msgspec.to_builtins(await _row(awards, award))


class Reason(BaseModel):
    """Why there was no tender; None once the text has been erased."""

    reason: str | None


@router.get("/{award}/reason")
async def read_award_reason(award: Id, awards: Awards, texts: Texts, _: Reader) -> Reason:
    """The reason given for awarding without a tender."""
    text = await texts.get((await _row(awards, award)).reason.text)
    if text is None:
        raise Missing
    return Reason(reason=text.content.decode() if text.content is not None else None)


async def _row(awards: ViewStore[AwardRow], award: str) -> AwardRow:
    row = await awards.get(award)
    if row is None:
        raise Missing
    return row


@router.post("", status_code=201)
async def propose_award_without_tender(
    request: Request,
    body: ProposeBody,
    handle: Handling,
    specifications: Specifications,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Propose a direct award, call-off, in-house provision or grant; the caller's agency procures.

    409: specification-not-published, provider-not-registered, provider-suspended.
    422: section-missing, framework-missing, provider-not-a-partner.
    """
    row = await specifications.get(body.specification)
    if row is None:
        raise Missing
    members = await members_of(request, row.partnership)
    admit(actor, members, frozenset({"member"}))
    award = handle.new_id()
    terms = AwardTerms(
        way=body.way,
        partnership=row.partnership,
        specification=body.specification,
        procuring=actor.agency,
        provider=body.provider,
        annual_price_pence=body.annual_price_pence,
        section=body.section or "",
        framework=body.framework or "",
        reason=await handle.keep_text(actor, "reason", body.reason),
    )
    command = commands.ProposeAward(
        award=award,
        terms=terms,
        specification_published=row.status == "published",
        provider_is_partner=body.provider in members,
        standing=await standing_of(handle, body.provider),
        delegated_limit_pence=body.delegated_limit_pence,
        proposed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AWARDS, award, command)


@router.post("/{award}/making", status_code=201)
async def make_award(
    award: Id,
    body: MakeBody,
    handle: Handling,
    awards: Awards,
    specifications: Specifications,
    authorities: Authorities,
    actor: Procurer,
) -> Accepted:
    """Make the award proposed.

    409: award-not-open, specification-not-published, provider-not-registered,
    provider-suspended, authority-missing.
    """
    row = await _row(awards, award)
    specification = await specifications.get(row.specification)
    command = commands.MakeAward(
        specification_published=specification is not None and specification.status == "published",
        standing=await standing_of(handle, row.provider),
        authority=await authority_of(authorities, award, body.decision, actor.agency),
        awarded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AWARDS, award, command)


@router.post("/{award}/withdrawal", status_code=201)
async def withdraw_award(
    award: Id, body: ReasonBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Give up an award that was only proposed, with the reason. 409: award-not-open."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.WithdrawAward(reason=reason, now=handle.now())
    return await handle(actor, AWARDS, award, command)

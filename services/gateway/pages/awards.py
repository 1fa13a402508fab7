"""Pages of awards without a tender: the list, proposing one, and one award with its steps.

Law: a form is offered only to who may send it, and the API decides; every duty names its section.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.award_forms import AWARD_STEPS, CONDITIONS, SAFETY, WAYS, proposing
from services.gateway.pages.names import agency_name, agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.tender_steps import item_of
from services.gateway.pages.tenders import HOME, KINDS, NOTHING_FOUND, REGIMES, providers
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.sign_in.persons import PERSONS
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/awards", include_in_schema=False)

LIST = {"text": "Awards", "href": "/awards"}
WAY_NAMES = dict(WAYS)
NOTICES = {
    "UK5": "transparency notice (UK5)",
    "UK6": "award notice (UK6)",
    "psr-intention": "notice of the intention to award",
}
Said = Annotated[str, Query(max_length=40)]


@router.get("")
async def show_awards(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """Awards without a tender by partnership, those not made yet first."""
    found = await visitor.api.get("/v1/awards", after=after, limit=200)
    known = await partnerships(request)
    by: dict[str, list[dict[str, Any]]] = {}
    order = ("proposed", "made", "withdrawn")
    for one in sorted(found["items"], key=lambda one: (order.index(one["status"]), one["title"])):
        by.setdefault(one["partnership"], []).append(one)
    named = {name: known[name].name if name in known else name for name in by}
    return page(
        request, "awards/list.html", 200, visitor, title="Awards without a tender", crumbs=[HOME],
        by=by, named=named, ways=WAYS, way_names=WAY_NAMES, next=found["next"],
        names=await agency_names(request, [one["provider"] for one in found["items"]]),
        proposes=visitor.may("tenders:write"),
    )  # fmt: skip


@router.get("/proposing")
async def show_proposing(
    request: Request, visitor: Visit, way: Said = "direct-award"
) -> HTMLResponse:
    """The form that proposes an award of one kind. 404: not-found."""
    return await _proposing(request, visitor, {"way": way}, None)


@router.post("/proposing")
async def propose_on_page(request: Request, visitor: Visit) -> Response:
    """Propose an award. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    told = await refused(visitor, "/v1/awards", typed, proposing(typed))
    if told is None:
        return RedirectResponse("/awards", 303)
    return await _proposing(request, visitor, typed, told)


async def _proposing(
    request: Request, visitor: Visitor, typed: Typed, told: Problem | None
) -> HTMLResponse:
    way = typed.get("way", "")
    if way not in WAY_NAMES:
        raise Missing
    register = await providers(visitor)
    if way == "in-house-provision":
        known = (await partnerships(request)).values()
        own = [row for row in known if visitor.actor.agency in row.agencies]
        register = {member.agency: member.name for row in own for member in row.members}
    law = await visitor.api.get("/v1/regimes/table")
    frameworks = await visitor.api.find("/v1/framework-agreements", limit=200) or NOTHING_FOUND
    return page(
        request, "awards/proposing.html", told.status if told else 200, visitor,
        title=f"Propose: {WAY_NAMES[way]}", crumbs=[HOME, LIST], way=way, typed=typed, told=told,
        key=new_key(), way_name=WAY_NAMES[way], providers=sorted(register.items()), kinds=KINDS,
        specifications=await visitor.api.get("/v1/tenders/specifications"),
        grounds=law["direct_award_grounds"], regime_names=dict(REGIMES), names=register,
        frameworks=[one for one in frameworks["items"] if not one["ended"]],
        conditions=CONDITIONS, safety=SAFETY,
    )  # fmt: skip


@router.get("/{award}")
async def show_award(request: Request, award: Id, visitor: Visit) -> HTMLResponse:
    """One award without a tender as the visitor may see it. 404: not-found."""
    return await _award(request, visitor, award, {}, None)


@router.post("/{award}/steps/{step}")
async def take_award_step(request: Request, award: Id, step: Id, visitor: Visit) -> Response:
    """Send one command of an award. 403: csrf-token-wrong. 404: not-found."""
    taken = AWARD_STEPS.get(step)
    if taken is None:
        raise Missing
    typed = await typed_in(request)
    to = taken.to.format(item=item_of(typed))
    told = await refused(visitor, f"/v1/awards/{award}/{to}", typed, taken.body(typed))
    if told is None:
        return RedirectResponse(f"/awards/{award}", 303)
    return await _award(request, visitor, award, typed, told)


@router.get("/{award}/announcement")
async def show_announcement(request: Request, award: Id, visitor: Visit) -> HTMLResponse:
    """An announced award, as a provider that may challenge it sees it. 404: not-found."""
    return await _announced(request, visitor, award, {}, None)


@router.post("/{award}/announcement")
async def challenge_on_page(request: Request, award: Id, visitor: Visit) -> Response:
    """Make a representation. 403: csrf-token-wrong. 404: not-found."""
    typed = await typed_in(request)
    body = {"grounds": typed.get("grounds", "")}
    told = await refused(visitor, f"/v1/awards/{award}/challenges", typed, body)
    if told is None:
        return RedirectResponse(f"/awards/{award}/announcement", 303)
    return await _announced(request, visitor, award, typed, told)


async def _announced(
    request: Request, visitor: Visitor, award: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    row = await visitor.api.get(f"/v1/awards/{award}/announcement")
    names = await agency_names(request, [row["provider"], row["procuring"]])
    return page(
        request, "awards/announced.html", told.status if told else 200, visitor,
        title=row["title"], crumbs=[HOME], award=row, typed=typed, told=told, key=new_key(),
        notices=NOTICES, names=names, challenges=visitor.may("bids:write"),
    )  # fmt: skip


async def _award(
    request: Request, visitor: Visitor, award: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    at = f"/v1/awards/{award}"
    row = await visitor.api.get(at)
    nothing_owed: dict[str, Any] = {"owed": [], "decisions": [], "needs_decision": False}
    course: dict[str, Any] = await visitor.api.find(f"{at}/course") or nothing_owed
    procures = visitor.may("tenders:write") and visitor.actor.agency == row["procuring"]
    row["needs_decision"] = row["needs_decision"] or course["needs_decision"]
    confirmed = [d for d in course["decisions"] if d["carried"] and d["home_authority"]]
    due = [notice for notice in course["owed"] if notice not in row["notices"]]
    law = await visitor.api.find(f"{at}/duties") if row["regime"] else None
    standstill = (
        next((d for d in law["duties"] if d["duty"] == "standstill"), None) if law else None
    )
    return page(
        request, "awards/award.html", told.status if told else 200, visitor, title=row["title"],
        crumbs=[HOME, LIST], award=row, typed=typed, told=told, key=new_key(),
        way_name=WAY_NAMES[row["way"]], law=law, due=due, notices=NOTICES, persons=PERSONS,
        reasons=await visitor.api.find(f"{at}/reason") or {}, decisions=course["decisions"],
        decision=confirmed[-1]["decision"] if confirmed else "",
        provider=await agency_name(request, row["provider"]),
        procuring=await agency_name(request, row["procuring"]), regime_names=dict(REGIMES),
        open=procures and row["status"] == "proposed", me=visitor.actor.person,
        by_choice=standstill is not None and standstill["standing"] == "voluntary",
        conditions=dict(CONDITIONS),
        representations=await visitor.api.find(f"{at}/representations") or [],
        register=dict(sorted((await providers(visitor)).items())) if procures else {},
    )  # fmt: skip

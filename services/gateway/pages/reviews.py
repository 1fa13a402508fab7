"""Pages of formal reviews: which are due, one with its year, its findings and its conclusion.

Law: a review concludes on recorded findings; each says where it came from.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import Typed, new_key, refused, typed_in
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/reviews", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Formal reviews", "href": "/reviews"}
KINDS = (
    ("children", "Views of children and young people"),
    ("families", "Views of families"),
    ("practitioners", "Views of practitioners"),
    ("provider", "Views of the provider"),
    ("inspection", "An inspection"),
    ("card", "The year's report card"),
    ("complaints", "Complaints and compliments"),
    ("other", "Something else"),
)
CONCLUSIONS = (
    ("continue", "Continue as it is"),
    ("redesign", "Redesign"),
    ("decommission", "Decommission"),
)
CHANGES = {
    "continue": "The service goes on",
    "redesign": "The service is redesigned",
    "cease": "The service ceases",
}
NONE_FOUND: dict[str, Any] = {"items": [], "next": None}


@router.get("")
async def show_reviews(request: Request, visitor: Visit, after: str = "") -> HTMLResponse:
    """Every formal review in the visitor's partnerships, those that are due first."""
    return await _list(request, visitor, after, None)


@router.post("")
async def open_on_page(request: Request, visitor: Visit) -> Response:
    """Open a contract's review of this year. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"contract": typed.get("contract", "")}
    told = await refused(visitor, "/v1/reviews", typed, body)
    return RedirectResponse("/reviews", 303) if told is None else await _list(
        request, visitor, "", told
    )  # fmt: skip


async def _list(
    request: Request, visitor: Visitor, after: str, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get("/v1/reviews", after=after, limit=200)
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NONE_FOUND
    titles = {one["contract"]: one["title"] for one in listed["items"]}
    order = ("due", "running", "concluded", "decided")
    items = sorted(found["items"], key=lambda one: (order.index(one["status"]), one["review"]))
    ours = [
        one
        for one in listed["items"]
        if one["commissioner"] == visitor.actor.agency and one["status"] == "signed"
    ]
    return page(
        request, "reviews.html", told.status if told else 200, visitor, title="Formal reviews",
        crumbs=[HOME], items=items, next=found["next"], titles=titles, told=told, key=new_key(),
        contracts=ours if visitor.may("reviews:write") else [],
    )  # fmt: skip


@router.get("/{review}")
async def show_review(request: Request, review: Id, visitor: Visit) -> HTMLResponse:
    """One review with what it gathers. 404: not-found."""
    return await _one(request, visitor, review, {}, None)


@router.post("/{review}/findings")
async def find_on_page(request: Request, review: Id, visitor: Visit) -> Response:
    """Record what was found. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"kind": typed.get("kind", ""), "finding": typed.get("finding", "")}
    return await _answered(request, visitor, review, "findings", typed, body)


@router.post("/{review}/conclusion")
async def conclude_on_page(request: Request, review: Id, visitor: Visit) -> Response:
    """Draw the conclusion. 403: csrf-token-wrong."""
    typed = await typed_in(request)
    body = {"conclusion": typed.get("conclusion", "")}
    return await _answered(request, visitor, review, "conclusion", typed, body)


async def _answered(
    request: Request, visitor: Visitor, review: str, what: str, typed: Typed, body: dict[str, str]
) -> Response:
    told = await refused(visitor, f"/v1/reviews/{review}/{what}", typed, body)
    if told is None:
        return RedirectResponse(f"/reviews/{review}", 303)
    return await _one(request, visitor, review, typed, told)


async def _one(
    request: Request, visitor: Visitor, review: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    found = await visitor.api.get(f"/v1/reviews/{review}")
    contract: dict[str, Any] = await visitor.api.get(f"/v1/contract-views/{found['contract']}")
    texts = found.get("finding_texts") or [None] * len(found["findings"])
    kinds = dict(KINDS)
    told_apart = [*found["kinds"], *["other"] * len(found["findings"])]
    leads = contract["terms"]["commissioner"] == visitor.actor.agency
    return page(
        request, "review.html", told.status if told else 200, visitor,
        title=f"Formal review {found['year']}: {contract['title']}", crumbs=[HOME, LIST],
        review=found, contract=contract, typed=typed, told=told, key=new_key(),
        findings=[
            (kinds[kind], text) for kind, text in zip(told_apart, texts, strict=False)
        ],
        kinds=KINDS, conclusions=CONCLUSIONS, conclusion_names=dict(CONCLUSIONS),
        changes=CHANGES,
        writes=found["status"] == "running" and visitor.may("reviews:write") and leads,
        measures={one["terms"]["measure"]: one["terms"] for one in contract["measures"]},
    )  # fmt: skip

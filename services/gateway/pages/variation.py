"""The page of variation against assurance: what moves, beside what can be relied on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from shared.charts.processes import ASSURANCES, assurance_icon, variation_icon
from shared.charts.xmr import Assurance, Variation
from shared.http.membership import partnerships, partnerships_of
from shared.http.routing import Router

router = Router(include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
A_PAGE = 100
ACROSS: tuple[Assurance, ...] = ("passes", "hit-and-miss", "fails")
ROWS: tuple[tuple[str, tuple[Variation, ...]], ...] = (
    ("Improvement", ("improvement-high", "improvement-low")),
    ("Common cause, or neither good nor bad", ("common", "high", "low")),
    ("Concern", ("concern-high", "concern-low")),
)
APART = (
    ("too-few", "Too few points to say"),
    ("no-target", "No target, or no direction that is better"),
    ("suppressed", "Not charted: some values are suppressed"),
    ("annual", "Annual: a trend in place of limits"),
)

Json = Mapping[str, Any]


@router.get("/variation")
async def show_variation(
    request: Request, visitor: Visit, partnership: str = "", after: str = ""
) -> HTMLResponse:
    """All measures of the visitor's contracts, three by three; filtered by partnership."""
    found = await visitor.api.get(
        "/v1/charts/variation", partnership=partnership, after=after, limit=A_PAGE
    )
    every = await partnerships(request)
    mine = await partnerships_of(request, visitor.actor.agency)
    named = {one: every[one].name for one in mine if one in every}
    listed = _listed(found["items"])
    return page(
        request,
        "variation.html",
        visitor=visitor,
        title="Variation and assurance",
        crumbs=[HOME],
        across=[(one, ASSURANCES[one], assurance_icon(f"across-{one}", one)) for one in ACROSS],
        rows=[
            (
                name,
                [variation_icon(f"row-{icon}", icon) for icon in icons],
                [_cell(listed, icons, one) for one in ACROSS],
            )
            for name, icons in ROWS
        ],
        apart=[(title, [one for one in listed if one["apart"] == code]) for code, title in APART],
        partnerships=dict(sorted(named.items(), key=lambda one: one[1])),
        partnership=partnership,
        next=found["next"],
        nothing_yet=not listed,
    )


def _listed(items: Iterable[Json]) -> list[dict[str, Any]]:
    return [
        {
            **measure,
            "href": f"/contracts/{item['contract']}#measure-{measure['place']}-heading",
            "contract_title": item["title"],
            "provider_name": item["provider_name"],
        }
        for item in items
        for measure in item["measures"]
    ]


def _cell(
    listed: Iterable[dict[str, Any]], icons: tuple[Variation, ...], assurance: Assurance
) -> list[dict[str, Any]]:
    return [
        one
        for one in listed
        if not one["apart"] and one["variation"] in icons and one["assurance"] == assurance
    ]

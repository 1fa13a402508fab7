"""Pages that explain the law: what it asks of a tender, or of a contract that is thought of.

Law: every answer names its section and the day since which it holds; another day may be asked of.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.asking import TELLING, hundredths
from services.gateway.pages.rendering import page
from services.gateway.pages.tenders import HOME, KINDS, LIST, REGIMES, crumb
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(prefix="/tenders", include_in_schema=False)

WAYS = (
    ("tender", "Tender"),
    ("direct-award", "Direct award"),
    ("framework-call-off", "Call-off under a framework"),
    ("in-house-provision", "Provided by a partner itself"),
    ("grant", "Grant"),
)
Said = Annotated[str, Query(max_length=40)]
BUYERS = (("sub-central", "Council, police, school or other"), ("central", "NHS body"))


@router.get("/law")
async def show_law(
    request: Request, visitor: Visit, kind: Said = "social-care", value: Said = "",
    second_kind: Said = "", second_value: Said = "", separable: Said = "", way: Said = "tender",
    buyer: Said = "sub-central", law_of: Said = "", notice_on: Said = "", signed_on: Said = "",
) -> HTMLResponse:  # fmt: skip
    """The answer of the law to a contract described in the form."""
    asked = {"kind": kind, "value": value, "second_kind": second_kind,
             "second_value": second_value, "separable": separable, "way": way, "buyer": buyer,
             "law_of": law_of, "notice_on": notice_on, "signed_on": signed_on}  # fmt: skip
    found: dict[str, Any] | None = None
    told: Problem | None = None
    if value:
        parts = [("part", f"{kind}:{hundredths(value)}")]
        if second_kind and second_value:
            parts.append(("part", f"{second_kind}:{hundredths(second_value)}"))
        more = {"way": way, "buyer": buyer, "law_of": law_of, "notice_on": notice_on,
                "signed_on": signed_on, "separable": separable and "true"}  # fmt: skip
        found, told = await _answer(visitor, "/v1/regimes/answer", [*parts, *more.items()])
    return page(
        request, "tenders/law.html", told.status if told else 200, visitor,
        title="What the law asks", crumbs=[HOME, LIST], found=found, told=told, asked=asked,
        kinds=KINDS, ways=WAYS, buyers=BUYERS, regime_names=dict(REGIMES), tender=None,
    )  # fmt: skip


async def _answer(
    visitor: Visitor, address: str, query: list[tuple[str, str]]
) -> tuple[dict[str, Any] | None, Problem | None]:
    """What the API answers, or why it does not."""
    said = urlencode([(name, value) for name, value in query if value])
    try:
        return await visitor.api.get(f"{address}?{said}" if said else address), None
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return None, problem.told


@router.get("/{tender}/law")
async def show_tender_law(
    request: Request, tender: Id, visitor: Visit, law_of: Said = ""
) -> HTMLResponse:
    """What the law asks of one tender, of its own day or of another. 404: not-found."""
    row = await visitor.api.get(f"/v1/tenders/{tender}")
    address = f"/v1/tenders/{tender}/duties"
    found, told = await _answer(visitor, address, [("law_of", law_of)])
    return page(
        request, "tenders/law.html", told.status if told else 200, visitor,
        title=f"What the law asks: {row['title']}", crumbs=[HOME, LIST, crumb(row)],
        found=found, told=told, asked={"law_of": law_of}, kinds=KINDS, ways=WAYS, buyers=BUYERS,
        regime_names=dict(REGIMES), tender=row,
    )  # fmt: skip

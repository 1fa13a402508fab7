"""Forms where a card's and a curve's words are written: partners, what works, the action plan.

Law: a page only carries words to the service that keeps them; what it refuses is said as it says.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.report_cards import CONTRACTS, HOME, Name, chosen_partnership
from services.gateway.pages.visiting import Visit, Visitor
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router

router = Router(include_in_schema=False)

TELLING = (409, 422)
MOST_FIELDS = 20
WRITTEN = ("section", "text", "cost", "owner", "due_on")
SECTIONS = {
    "story": "The story behind the curve",
    "partner": "Partners who have a part to play",
    "what-works": "What works",
    "action": "Action plan",
}


class Place:
    """Where the words of one page are kept, and how the page is called."""

    def __init__(self, title: str, service: str, here: str, back: str, sections: Any) -> None:
        self.title = title
        self.service = service
        self.here = here
        self.back = back
        self.sections: tuple[str, ...] = sections


@router.get("/contracts/{contract}/report-card/words")
async def show_card_words(request: Request, contract: Id, visitor: Visit) -> HTMLResponse:
    """The words beside a contract's figures, to be written. 404: not-found."""
    return await _card(request, visitor, contract)


@router.post("/contracts/{contract}/report-card/words")
async def write_card_words(request: Request, contract: Id, visitor: Visit) -> HTMLResponse:
    """Write, change, remove, complete or agree, as the button says. 403: csrf-token-wrong."""
    typed = await _typed(request)
    told = await _asked(visitor, f"/v1/card-entries/{contract}", typed)
    return await _card(request, visitor, contract, told, typed)


async def _card(
    request: Request,
    visitor: Visitor,
    contract: str,
    told: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    view = await visitor.api.get(f"/v1/contract-views/{contract}")
    terms = view["terms"]
    here = f"/contracts/{contract}/report-card"
    place = Place(
        view["title"], f"/v1/card-entries/{contract}", f"{here}/words", here,
        ("partner", "what-works", "action"),
    )  # fmt: skip
    row = (await partnerships(request)).get(terms["partnership"])
    owners = {terms["provider"], terms["commissioner"], *(row.agencies if row else ())}
    manages = visitor.actor.agency == terms["commissioner"] and visitor.may("returns:review")
    party = visitor.actor.agency in (terms["provider"], terms["commissioner"])
    reported = [one["standing"]["period"] for one in view["returns"] if one["receipt"]]
    return await _page(
        request, visitor, place, owners, told, typed,
        may_write=party and visitor.may("cards:write"),
        periods=reported[::-1] if manages else [], indicators=[],
        crumbs=[HOME, CONTRACTS, {"text": view["title"], "href": f"/contracts/{contract}"}],
    )  # fmt: skip


@router.get("/outcomes/{outcome}/words")
async def show_curve_words(
    request: Request, outcome: Id, visitor: Visit, partnership: Name = ""
) -> HTMLResponse:
    """The words of an outcome's curve, to be written. 404: not-found."""
    return await _curve(request, visitor, outcome, partnership)


@router.post("/outcomes/{outcome}/words")
async def write_curve_words(
    request: Request, outcome: Id, visitor: Visit, partnership: Name = ""
) -> HTMLResponse:
    """Write, change, remove, complete, or set an aim. 403: csrf-token-wrong."""
    typed = await _typed(request)
    of = await chosen_partnership(request, visitor, partnership)
    told = await _asked(visitor, f"/v1/curves/{of}/{outcome}", typed)
    return await _curve(request, visitor, outcome, of, told, typed)


async def _curve(
    request: Request,
    visitor: Visitor,
    outcome: str,
    partnership: str,
    told: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    of = await chosen_partnership(request, visitor, partnership)
    curve = await visitor.api.get(f"/v1/report-cards/outcomes/{of}/{outcome}")
    asked = f"?partnership={of}"
    place = Place(
        curve["title"], f"/v1/curves/{of}/{outcome}", f"/outcomes/{outcome}/words{asked}",
        f"/outcomes/{outcome}{asked}", tuple(SECTIONS),
    )  # fmt: skip
    row = (await partnerships(request)).get(of)
    owners = set(row.agencies) if row else set[str]()
    return await _page(
        request, visitor, place, owners, told, typed,
        may_write=visitor.actor.agency in owners and visitor.may("needs:write"),
        periods=[], indicators=curve["indicators"], crumbs=[HOME],
    )  # fmt: skip


async def _page(
    request: Request,
    visitor: Visitor,
    place: Place,
    owners: set[str],
    told: Problem | None,
    typed: dict[str, str] | None,
    **content: Any,
) -> HTMLResponse:
    kept = await visitor.api.get(place.service)
    names = await agency_names(request, owners | {one["agency"] for one in kept["entries"]})
    return page(
        request, "card_entries.html", told.status if told else 200, visitor,
        title=f"What stands beside the figures: {place.title}", place=place, kept=kept,
        heads=SECTIONS, names=names, owners=sorted(owners, key=lambda one: names[one]),
        told=told, typed=(typed or {}) if told else {}, done=typed is not None and told is None,
        key=uuid4().hex, **content,
    )  # fmt: skip


async def _typed(request: Request) -> dict[str, str]:
    async with request.form(max_fields=MOST_FIELDS, max_files=0) as sent:
        return {name: entry for name, entry in sent.items() if isinstance(entry, str)}


async def _asked(visitor: Visitor, at: str, typed: dict[str, str]) -> Problem | None:
    """Asks the service for what a button says; what it refuses, if it does."""
    entry = quote(typed.get("entry", ""), safe="")
    body: dict[str, Any] | None
    match typed.get("do", ""):
        case "rewrite":
            address, body = f"{at}/entries/{entry}", _written(typed)
        case "remove":
            address, body = f"{at}/entries/{entry}/removal", None
        case "done":
            address, body = f"{at}/entries/{entry}/completion", {"done_on": typed.get("done_on")}
        case "agree":
            address, body = f"{at}/agreements", {"period": typed.get("period")}
        case "aim":
            wanted = ("indicator", "target", "by_period")
            address, body = f"{at}/aims", {name: typed.get(name) for name in wanted}
        case _:
            address, body = at, _written(typed)
    try:
        key = typed.get("key", "")[:200] or uuid4().hex
        await visitor.api.send("POST", address, key, json=body)
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return problem.told
    return None


def _written(typed: dict[str, str]) -> dict[str, str]:
    return {name: typed[name] for name in WRITTEN if typed.get(name)}

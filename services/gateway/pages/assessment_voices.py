"""Pages of consultations: who was asked, what they said, *you said, we did*; and stage by stage
where children and young people took part, or did not.

Law: what people said is for partners, what was done about it is for everyone who signs in.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages.asking import MOST_FIELDS, TELLING, Typed, new_key, refused, typed_in
from services.gateway.pages.assessments import HOME, LIST, is_partner
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.problems import Problem, ProblemTold
from shared.http.routing import Router
from shared.values.quarters import financial_year

router = Router(include_in_schema=False)

GROUPS = {
    "children": "Children and young people",
    "families": "Families",
    "practitioners": "Practitioners",
}
WAYS = {
    "survey": "Survey", "forum": "Forum", "interviews": "Interviews", "workshop": "Workshop",
    "drop-in": "Drop-in", "play-and-drawing": "Play and drawing", "vote": "Vote",
}  # fmt: skip
PROGRESS = {"done": "Done", "under-way": "Under way", "not-done": "Not done, and why"}
THEME_ROWS = 5
Year = Annotated[str, Query(max_length=7)]
Json = dict[str, Any]
Sent = tuple[Typed, dict[str, list[str]]]


async def _sent(request: Request) -> Sent:
    """The form's fields, and those that may be ticked more than once."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        ticked = {
            name: [said for said in sent.getlist(name) if isinstance(said, str)]
            for name in ("asked", "ways")
        }
        return {n: s.strip() for n, s in sent.items() if isinstance(s, str)}, ticked


def _number(typed: str) -> int | str:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed


@router.get("/voices/{partnership}")
async def show_voices(
    request: Request, partnership: Id, visitor: Visit, year: Year = ""
) -> HTMLResponse:
    """A partnership's consultations; to partners also participation by stage. 404: not-found."""
    return await _voices(request, visitor, partnership, year, {}, None)


@router.post("/voices/{partnership}")
async def open_consultation(request: Request, partnership: Id, visitor: Visit) -> Response:
    """Begin to ask. 404: not-found."""
    typed, ticked = await _sent(request)
    about = typed.get("about", "")
    body: Json = {
        name: typed.get(name, "") for name in ("year", "title", "question", "opens_on", "closes_on")
    }
    body |= {"partnership": partnership, "stage": _number(typed.get("stage", "")), **ticked}
    if about:
        body |= {"about_kind": "assessment", "about": about}
    told = await refused(visitor, "/v1/consultations", typed, body)
    if told is not None:
        return await _voices(request, visitor, partnership, typed.get("year", ""), typed, told)
    return RedirectResponse(f"/voices/{partnership}?year={typed.get('year', '')[:7]}", 303)


async def _voices(
    request: Request,
    visitor: Visitor,
    partnership: str,
    year: str,
    typed: Typed,
    told: Problem | None,
) -> HTMLResponse:
    row = (await partnerships(request)).get(partnership)
    if row is None:
        raise Missing
    listed = await visitor.api.get("/v1/consultations", partnership=partnership, limit=500)
    member = await is_partner(request, visitor, partnership)
    this_year = financial_year(london_date(request.app.state.house.clock()))
    years = sorted({one["year"] for one in listed["items"]} | {this_year}, reverse=True)
    shown = year if year in years else this_year
    part: Json | None = None
    assessments: list[Json] = []
    if member:
        part = await visitor.api.get(
            "/v1/consultations/participation", partnership=partnership, year=shown
        )
        found = await visitor.api.get("/v1/assessments", partnership=partnership, limit=500)
        assessments = [one for one in found["items"] if one["status"] == "open"]
    return page(
        request, "assessments/voices.html", told.status if told else 200, visitor,
        title="Consultations", crumbs=[HOME, LIST], told=told, typed=typed, key=new_key(),
        partnership=partnership, partnership_name=row.name, year=shown, years=years, part=part,
        consultations=[one for one in listed["items"] if one["year"] == shown],
        groups=GROUPS, ways=WAYS, assessments=assessments,
        writes=member and visitor.may("needs:write"),
    )  # fmt: skip


@router.get("/consultations/{consultation}")
async def show_consultation(request: Request, consultation: Id, visitor: Visit) -> HTMLResponse:
    """One consultation, whole. 404: not-found."""
    return await _one(request, visitor, consultation, {}, None)


@router.post("/consultations/{consultation}/hearing")
async def record_heard(request: Request, consultation: Id, visitor: Visit) -> Response:
    """Who answered and what they spoke of. 404: not-found."""
    typed = await typed_in(request)
    groups = [
        {"group": group, "asked": _number(typed.get(f"asked-{group}", "")),
         "answered": _number(typed.get(f"answered-{group}", ""))}
        for group in GROUPS
        if typed.get(f"asked-{group}") or typed.get(f"answered-{group}")
    ]  # fmt: skip
    themes = [
        {"theme": typed[f"theme-{n}"], "people": _number(typed.get(f"people-{n}", ""))}
        for n in range(THEME_ROWS)
        if typed.get(f"theme-{n}")
    ]
    body = {"groups": groups, "themes": themes, "said": typed.get("said", "")}
    return await _sending(request, visitor, consultation, "hearing", typed, body)


@router.post("/consultations/{consultation}/responses")
async def give_response(request: Request, consultation: Id, visitor: Visit) -> Response:
    """You said, we did. 404: not-found."""
    typed = await typed_in(request)
    body = {name: typed.get(name, "") for name in ("theme", "you_said", "we_did", "progress")}
    return await _sending(request, visitor, consultation, "responses", typed, body)


async def _sending(
    request: Request, visitor: Visitor, consultation: str, what: str, typed: Typed, body: Json
) -> Response:
    told = await refused(visitor, f"/v1/consultations/{consultation}/{what}", typed, body)
    if told is not None:
        return await _one(request, visitor, consultation, typed, told)
    return RedirectResponse(f"/consultations/{consultation}", 303)


async def _one(
    request: Request, visitor: Visitor, consultation: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    address = f"/v1/consultations/{consultation}"
    one: Json = await visitor.api.get(address)
    member = await is_partner(request, visitor, one["partnership"])
    cited = [one["question"], one.get("said")]
    cited += [text for given in one["responses"] for text in (given["you_said"], given["we_did"])]
    texts = {
        ref["text"]: await _text(visitor, f"{address}/texts/{ref['text']}") for ref in cited if ref
    }
    themes: Json = {}
    if member:
        asked = {"partnership": one["partnership"], "year": one["year"]}
        part = await visitor.api.get("/v1/consultations/participation", **asked)
        themes = part["themes"]
    return page(
        request, "assessments/consultation.html", told.status if told else 200, visitor,
        title=one["title"], one=one, texts=texts, told=told, typed=typed, key=new_key(),
        crumbs=[HOME, {"text": "Consultations", "href": f"/voices/{one['partnership']}"}],
        groups=GROUPS, ways=WAYS, progress=PROGRESS, themes=themes, theme_rows=THEME_ROWS,
        names=await agency_names(request, (given["agency"] for given in one["responses"])),
        member=member, writes=member and visitor.may("needs:write"),
    )  # fmt: skip


async def _text(visitor: Visitor, path: str) -> str:
    """A kept text; what was erased is said to be."""
    try:
        found: Json = await visitor.api.get(path)
    except ProblemTold as problem:
        if problem.told.status not in (*TELLING, 404):
            raise
        return ""
    return found["content"] or "This text has been erased."

"""Pages of flags: the list, one case with its clocks and steps, and each step as a document.

Law: a button is one command of the API under the form's own key, so pressed twice it counts once.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

from fastapi import Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.pages import flag_forms as forms
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from shared.charts.processes import ASSURANCES, VARIATIONS
from shared.eventsourcing.commands import Missing
from shared.http.problems import ProblemTold
from shared.http.routing import Router

router = Router(prefix="/flags", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Flags", "href": "/flags"}
TELLING = (400, 403, 409, 412, 413, 422)
FlagName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$")]
RULES = {
    "outside": "a point outside the limits",
    "trend": "seven in a row that rise or fall",
    "two-of-three": "two of three near a limit",
    "run": "seven in a row on one side of the mean",
}
NOTHING: dict[str, Any] = {"items": [], "next": None}


@router.get("")
async def show_flags(
    request: Request, visitor: Visit, after: str = "", over: bool = False
) -> HTMLResponse:
    """The open cases the visitor has to do with, what waits for the visitor's side first; or those
    that are over.
    """
    status = "over" if over else "open"
    found = await visitor.api.get("/v1/flags", status=status, after=after, limit=200)
    listed: dict[str, Any] = await visitor.api.find("/v1/contract-views", limit=500) or NOTHING
    contracts = {one["contract"]: one for one in listed["items"]}
    mine = [one for one in found["items"] if _waits_for_me(visitor, one)]
    others = [one for one in found["items"] if one not in mine]
    return page(
        request, "flags.html", visitor=visitor, title="Flags", crumbs=[HOME], mine=mine,
        others=others, contracts=contracts, next=found["next"], over=over,
    )  # fmt: skip


def _waits_for_me(visitor: Visitor, flag: dict[str, Any]) -> bool:
    side = flag["waits_for"]
    return bool(side) and flag[side] == visitor.actor.agency


@router.get("/{flag}")
async def show_flag(request: Request, flag: FlagName, visitor: Visit) -> HTMLResponse:
    """One case: its figures, clocks and steps, and the forms of the next one. 404: not-found."""
    return await _shown(request, visitor, flag, {})


@router.post("/{flag}")
async def take_step(request: Request, flag: FlagName, visitor: Visit) -> Response:
    """What a button asks for. 403: csrf-token-wrong."""
    async with request.form(max_files=0, max_fields=40) as sent:
        typed = {name: said.strip() for name, said in sent.items() if isinstance(said, str)}
    action = typed.get("action", "")
    asked = forms.asked(action, typed)
    outcome: dict[str, Any] = {}
    if asked is not None:
        address, body = asked
        key = f"{typed.get('key', '')[:200] or uuid4().hex}-{action}"
        try:
            await visitor.api.send("POST", f"/v1/flags/{flag}/{address}", key, json=body)
        except ProblemTold as problem:
            if problem.told.status not in TELLING:
                raise
            outcome = {"told": problem.told, "typed": typed, "status": problem.told.status}
        else:
            return RedirectResponse(f"/flags/{flag}", 303)
    return await _shown(request, visitor, flag, outcome)


@router.get("/{flag}/notices/{number}")
async def show_notice(
    request: Request, flag: FlagName, number: int, visitor: Visit
) -> HTMLResponse:
    """One step of a case as a document to print. 404: not-found."""
    notice = await visitor.api.get(f"/v1/flags/{flag}/notices/{number}")
    view: dict[str, Any] = await visitor.api.find(f"/v1/contract-views/{notice['contract']}") or {}
    cited = notice["text"]
    text = await visitor.api.text(f"/v1/flags/{flag}/texts/{cited['text']}") if cited else ""
    agencies = {*notice["to"], notice["issued_for"]}
    here = {"text": "The case", "href": f"/flags/{flag}"}
    return page(
        request, "flag_notice.html", visitor=visitor, title=notice["title"],
        crumbs=[HOME, LIST, here], notice=notice, text=text,
        names=await agency_names(request, agencies), **_measure(view, notice["measure"]),
    )  # fmt: skip


@router.get("/{flag}/withholdings/{withholding}")
async def show_withholding(
    request: Request, flag: FlagName, withholding: str, visitor: Visit
) -> HTMLResponse:
    """Money kept back for a case, as a document to print. 404: not-found."""
    asked = ("withholdings", "withholding", withholding)
    return await _document(
        request, visitor, flag, asked, "flag_withholding.html", "Notice of withholding"
    )


@router.get("/{flag}/remedial-notices/{notice}")
async def show_remedial_notice(
    request: Request, flag: FlagName, notice: str, visitor: Visit
) -> HTMLResponse:
    """A notice under the contract for a case, as a document to print. 404: not-found."""
    asked = ("notices", "notice", notice)
    return await _document(request, visitor, flag, asked, "flag_remedial.html", "Remedial notice")


async def _document(
    request: Request,
    visitor: Visitor,
    flag: str,
    asked: tuple[str, str, str],
    template: str,
    title: str,
) -> HTMLResponse:
    """What contracts did for a case, as the contract's view tells it: in which list, by which name,
    called what.
    """
    found = await visitor.api.get(f"/v1/flags/{flag}")
    view = await visitor.api.get(f"/v1/contract-views/{found['contract']}")
    listed, name, called = asked
    shown = [one for one in view[listed] if (one[name], one["flag"]) == (called, flag)]
    if not shown:
        raise Missing
    here = {"text": "The case", "href": f"/flags/{flag}"}
    return page(
        request, template, visitor=visitor, title=title, crumbs=[HOME, LIST, here], flag=found,
        document=shown[0],
        names=await agency_names(request, (found["provider"], found["commissioner"])),
        **_measure(view, found["measure"]),
    )  # fmt: skip


def _measure(view: dict[str, Any], measure: str) -> dict[str, Any]:
    """What the contract and the measure are called, and the measure's unit."""
    measures = {one["terms"]["measure"]: one["terms"] for one in view.get("measures", [])}
    known = measures.get(measure, {})
    return {
        "contract_title": view.get("title", ""),
        "measure_title": known.get("title", ""),
        "unit": known.get("unit", "number"),
    }


async def _shown(
    request: Request, visitor: Visitor, flag: str, outcome: dict[str, Any]
) -> HTMLResponse:
    """The page of a case, after whatever was just asked of it."""
    found = await visitor.api.get(f"/v1/flags/{flag}")
    view: dict[str, Any] = await visitor.api.find(f"/v1/contract-views/{found['contract']}") or {}
    documents = await visitor.api.get(f"/v1/flags/{flag}/notices")
    texts = {
        cited["text"]: await visitor.api.text(f"/v1/flags/{flag}/texts/{cited['text']}")
        for cited in _cited(found)
    }
    me = visitor.actor.agency
    leads = found["commissioner"] == me and visitor.may("flags:write")
    provides = found["provider"] == me and visitor.may("flags:answer")
    known: dict[str, Any] = {"told": None, "typed": {}}
    content = known | {name: said for name, said in outcome.items() if name != "status"}
    named = _measure(view, found["measure"])
    return page(
        request, "flag.html", outcome.get("status", 200), visitor=visitor,
        title=named["measure_title"] or "A case", crumbs=[HOME, LIST], flag=found,
        forms=forms.open_forms(found, leads=leads, provides=provides), texts=texts,
        documents={one["number"] for one in documents["items"]}, key=uuid4().hex,
        withheld=[one for one in view.get("withholdings", []) if one["flag"] == flag],
        remedial=[one for one in view.get("notices", []) if one["flag"] == flag],
        case=view["terms"].get("case") if view else None, rules=RULES,
        variations=VARIATIONS, assurances=ASSURANCES,
        names=await agency_names(request, (found["provider"], found["commissioner"])),
        **named, **content,
    )  # fmt: skip


def _cited(found: dict[str, Any]) -> list[dict[str, Any]]:
    if found["disclosure"] != "full":
        return []
    cited = [step["text"] for step in found["steps"] if step["text"]]
    return cited + [one["milestone"]["text"] for one in found["plan"]]

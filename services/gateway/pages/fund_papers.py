"""Pages of what a fund gives its partners in writing: statements and the Board's report.

Law: an answer, a signature or an issue is the API's to take; a page only carries it there.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.exports.tables import CSV, SPREADSHEET
from services.gateway.pages.asking import whole
from services.gateway.pages.cutting import Cut, Day
from services.gateway.pages.funds import HOME, LIST, Year, standing
from services.gateway.pages.home import meetings
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import LONDON
from services.gateway.statements.bodies import Quarter
from shared.http.bodies import Id
from shared.http.problems import Problem, ProblemTold
from shared.http.reading import WAIT_SECONDS
from shared.http.routing import Router
from shared.values.quarters import last_day, periods

router = Router(prefix="/funds", include_in_schema=False)

TELLING = (409, 422)
MOST_LISTED = 500
FILES = {
    "journal.hledger": ("journal.hledger", "text/plain"),
    "journal.beancount": ("journal.beancount", "text/plain"),
    "expenditure.csv": ("expenditure", CSV),
    "expenditure.xlsx": ("expenditure", SPREADSHEET),
    "report.csv": ("report", CSV),
    "report.xlsx": ("report", SPREADSHEET),
    "memorandum.csv": ("memorandum", CSV),
    "memorandum.xlsx": ("memorandum", SPREADSHEET),
}
KINDS = {"csv": CSV, "xlsx": SPREADSHEET}
TITLES = {
    "opening": "Where the quarter opened",
    "income": "What it added to your funding",
    "spend": "Your share of the spend",
    "closing": "Where the quarter closed",
    "share": "Your part of what the pool holds and owes",
    "entry": "Entries to expect in your own ledger",
}
SAID = {
    "unspent": "Put in and not used up",
    "owed-to-pool": "Owed by you to the pool",
    "owed-by-pool": "Owed by the pool to you",
    "contributions": "Contributions invoiced",
    "brought-forward": "Brought forward from before",
    "risk-share": "Your share of an overspend",
    "returned": "Returned to you, or due to be",
    "bank": "In the pool's bank",
    "owed-by-partner": "Not yet paid in by you",
    "vat-recoverable": "Recoverable VAT",
    "owed-to-contracts": "Owed to providers",
    "returnable": "To be returned to you",
    "contributions-due": "Contributions due",
    "risk-share-due": "Share of an overspend due",
    "paid-to-pool": "Paid to the pool",
    "return-due": "Return due from the pool",
    "return-received": "Return received",
    "unspent-share": "Unspent share held by the pool",
}


@router.get("/{fund}/files/{name}")
async def read_file(
    fund: Id, name: str, visitor: Visit, year: Year = "", as_of: Day = None, known_on: Day = None
) -> Response:
    """A fund's books or report as a file. 404: not-found."""
    what, accept = FILES.get(name, ("none", CSV))
    asked = Cut(as_of=as_of, known_on=known_on).query() | {"year": year}
    if name.startswith("journal."):
        asked |= {"to": asked.pop("as_of")}
    return await _file(visitor, f"/v1/ledgers/{fund}/{what}", accept, asked)


async def _file(visitor: Visitor, path: str, accept: str, asked: dict[str, Any]) -> Response:
    found = await visitor.api.raw(path, accept, **asked)
    kept = ("content-type", "content-disposition")
    return Response(
        found.content, headers={k: found.headers[k] for k in kept if k in found.headers}
    )


# -- the Board's report


@router.get("/{fund}/report")
async def show_report(
    request: Request,
    fund: Id,
    visitor: Visit,
    year: Year = "",
    as_of: Day = None,
    known_on: Day = None,
    since: Day = None,
    meeting: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """The budget monitoring report, as of a day or for a meeting of the Board. 404: not-found."""
    ledger = await visitor.api.get(f"/v1/ledgers/{fund}", year=year)
    known = [{"partnership": ledger["partnership"], "name": ""}]
    held = [one | {"on": _day(one["held_at"])} for one in await meetings(visitor, known) or []]
    chosen = next((one for one in held if one["meeting"] == meeting), None)
    if chosen:
        as_of = known_on = chosen["on"]
        before = [one["on"] for one in held if one["on"] < chosen["on"]]
        since = max(before) if before else None
    cut = Cut(as_of=as_of, known_on=known_on)
    asked = cut.query() | {"year": year}
    report = await visitor.api.get(f"/v1/ledgers/{fund}/report", since=since, **asked)
    stands = await visitor.api.get(f"/v1/ledgers/{fund}", **asked)
    return page(
        request, "budget_report.html", visitor=visitor, title="Budget monitoring report",
        crumbs=[HOME, LIST, crumb(ledger)], fund=standing(stands), cut=cut, since=since,
        report=report, figures=_figures(report), meetings=held, chosen=chosen,
        names=await agency_names(request, [stands["host"]]),
    )  # fmt: skip


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(LONDON).date()


def crumb(ledger: dict[str, Any]) -> dict[str, str]:
    return {"text": ledger["name"] or ledger["fund"], "href": f"/funds/{ledger['fund']}"}


def _figures(report: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """By section and subject, each figure by its name."""
    found: dict[str, dict[str, dict[str, Any]]] = {"fund": {}, "partner": {}, "contract": {}}
    for one in report["figures"]:
        found[one["section"]].setdefault(one["subject"], {})[one["what"]] = one
    return found


# -- statements


@router.get("/{fund}/statements")
async def show_statements(request: Request, fund: Id, visitor: Visit) -> HTMLResponse:
    """Every statement of the fund; its host issues those of a quarter here. 404: not-found."""
    return await _listed(request, visitor, fund)


@router.post("/{fund}/statements")
async def issue(request: Request, fund: Id, visitor: Visit) -> Response:
    """Issue a quarter's statements. 403: csrf-token-wrong."""
    typed = await _typed(request)
    told = await _sent(
        request, visitor, f"/v1/ledgers/{fund}/statements", typed,
        {"period": typed.get("period", "")},
    )  # fmt: skip
    if told:
        return await _listed(request, visitor, fund, told)
    return RedirectResponse(f"/funds/{fund}/statements", 303)


async def _listed(
    request: Request, visitor: Visitor, fund: str, told: Problem | None = None
) -> HTMLResponse:
    ledger = await visitor.api.get(f"/v1/ledgers/{fund}")
    found = await visitor.api.get(f"/v1/ledgers/{fund}/statements", limit=MOST_LISTED)
    items = sorted(found["items"], key=lambda one: one["partner"])
    quarters = sorted({one["period"] for one in items}, reverse=True)
    today = request.app.state.house.clock().astimezone(LONDON).date()
    over = [name for year in ledger["years"] for name in _quarters(year) if last_day(name) < today]
    partners = {one["partner"] for one in (*items, *ledger["partners"])}
    return page(
        request, "statements.html", told.status if told else 200, visitor,
        title="Statements", crumbs=[HOME, LIST, crumb(ledger)], ledger=ledger, told=told,
        quarters=[(name, [one for one in items if one["period"] == name]) for name in quarters],
        names=await agency_names(request, partners), over=over[::-1], key=uuid4().hex,
        issues=visitor.actor.agency == ledger["host"] and visitor.may("funds:write"),
    )  # fmt: skip


def _quarters(year: str) -> tuple[str, ...]:
    starts = int(year[:4])
    return periods(date(starts, 4, 1), date(starts + 1, 3, 31), "quarterly")


@router.get("/{fund}/statements/{period}/{partner}")
async def show_statement(
    request: Request, fund: Id, period: Quarter, partner: Id, visitor: Visit
) -> HTMLResponse:
    """One statement: its figures, its answers, what has changed since. 404: not-found."""
    return await _shown(request, visitor, fund, period, partner)


@router.get("/{fund}/statements/{period}/{partner}/statement.{kind}")
async def read_statement_file(
    fund: Id, period: Quarter, partner: Id, kind: str, visitor: Visit
) -> Response:
    """The statement as a file. 404: not-found."""
    path = f"/v1/ledgers/{fund}/statements/{period}/{partner}"
    return await _file(visitor, path, KINDS.get(kind, CSV), {})


@router.post("/{fund}/statements/{period}/{partner}")
async def answer(
    request: Request, fund: Id, period: Quarter, partner: Id, visitor: Visit
) -> Response:
    """Agree, dispute or sign, as the button says. 403: csrf-token-wrong."""
    typed = await _typed(request)
    here = f"{fund}/statements/{period}/{partner}"
    said = typed.get("line", "")
    line = whole(said) if said.isdecimal() else 0
    wishes: dict[str, tuple[str, dict[str, Any]]] = {
        "agree-rest": ("agreement", {}),
        "agree": ("agreement", {"lines": [line]}),
        "dispute": ("dispute", {"line": line, "reason": typed.get("reason", "")}),
        "sign": ("signature", {"digest": typed.get("digest", "")}),
    }
    door, body = wishes.get(typed.get("action", ""), wishes["agree-rest"])
    told = await _sent(request, visitor, f"/v1/ledgers/{here}/{door}", typed, body)
    if told:
        return await _shown(request, visitor, fund, period, partner, told, typed)
    return RedirectResponse(f"/funds/{here}", 303)


async def _typed(request: Request) -> dict[str, str]:
    async with request.form(max_fields=20) as sent:
        return {name: entry for name, entry in sent.items() if isinstance(entry, str)}


async def _sent(
    request: Request, visitor: Visitor, path: str, typed: dict[str, str], body: dict[str, Any]
) -> Problem | None:
    """What the API has against it; nothing once the pages show what it did."""
    key = f"{typed.get('key', '')[:150] or uuid4().hex}-{typed.get('action', '')[:20]}"
    try:
        await visitor.api.send("POST", path, key, json=body)
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return problem.told
    house = request.app.state.house
    await house.reached(house.plan.name, (await house.log.head()).position, WAIT_SECONDS)
    return None


async def _shown(
    request: Request,
    visitor: Visitor,
    fund: str,
    period: str,
    partner: str,
    told: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    path = f"/v1/ledgers/{fund}/statements/{period}/{partner}"
    content = await visitor.api.get(path)
    since = await visitor.api.get(f"{path}/changes")
    ledger = await visitor.api.get(f"/v1/ledgers/{fund}", year=content["year"])
    me = visitor.actor
    names = await agency_names(request, (partner, ledger["host"]))
    return page(
        request, "statement.html", told.status if told else 200, visitor,
        title=f"Statement of {names[partner]}",
        crumbs=[HOME, LIST, crumb(ledger), {
            "text": "Statements", "href": f"/funds/{fund}/statements",
        }],
        content=content, ledger=ledger, names=names, since=since, told=told, typed=typed or {},
        sections=_sections(content["lines"]), titles=TITLES, said=SAID, key=uuid4().hex,
        contracts={one["contract"]: one["title"] for one in ledger["contracts"]},
        answers=me.agency == partner and visitor.may("funds:write") and not content["signed"],
        signed_by_me=me.person in {one["by"] for one in content["signatures"]},
    )  # fmt: skip


def _sections(lines: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["section"], []).append(line)
    return found

"""Pages of pooled funds: where each stands, by partner and by contract, and the books behind it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from services.gateway.pages.cutting import Cut, Day
from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.pages.wording import money
from shared.charts import bars
from shared.http.bodies import Id
from shared.http.problems import ProblemTold
from shared.http.routing import Router

router = Router(prefix="/funds", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Pooled funds", "href": "/funds"}
JOURNAL_LINES = 200

Year = Annotated[str, Query(pattern=r"^(\d{4}[-/]\d{2})?$")]
After = Annotated[str, Query(pattern=r"^\d{0,12}$")]


@router.get("")
async def show_funds(request: Request, visitor: Visit) -> HTMLResponse:
    """Every pooled fund the visitor's agency is a partner of."""
    found = await visitor.api.get("/v1/ledgers")
    return page(
        request, "funds.html", visitor=visitor, title="Pooled funds", crumbs=[HOME],
        funds=[standing(fund) for fund in found["items"]],
    )  # fmt: skip


@router.get("/{fund}")
async def show_fund(
    request: Request,
    fund: Id,
    visitor: Visit,
    year: Year = "",
    after: After = "",
    as_of: Day = None,
    known_on: Day = None,
) -> HTMLResponse:
    """One fund's year. 404: not-found, also where nothing was known of it by then."""
    cut = Cut(as_of=as_of, known_on=known_on)
    asked = cut.query() | {"year": year}
    ledger = await visitor.api.get(f"/v1/ledgers/{fund}", **asked)
    journal = await visitor.api.get(
        f"/v1/ledgers/{fund}/journal", after=after, limit=JOURNAL_LINES, **asked
    )
    identities = await visitor.api.get(f"/v1/ledgers/{fund}/identities", **asked)
    balance = await visitor.api.get(f"/v1/ledgers/{fund}/trial-balance", **asked)
    partners = [one["partner"] for one in ledger["partners"]]
    proof = await _proof(visitor, fund)
    signers = [one["agency"] for one in proof["checkpoint"]["cosignatures"]] if proof else []
    return page(
        request, "fund.html", visitor=visitor, title=ledger["name"] or fund, crumbs=[HOME, LIST],
        cut=cut, fund=standing(ledger), proof=proof, names=await agency_names(
            request, (*partners, *signers, ledger["host"])
        ),
        journal=journal["items"], next=journal["next"], identities=identities["identities"],
        balance=balance, titles={c["contract"]: c["title"] for c in ledger["contracts"]},
    )  # fmt: skip


async def _proof(visitor: Visitor, fund: str) -> dict[str, Any] | None:
    """Where the fund's proofs stand; nothing before the first checkpoint is signed."""
    try:
        found = await visitor.api.get(f"/v1/ledgers/{fund}/proofs")
    except ProblemTold as problem:
        if problem.told.code == "no-signing-key":
            return None
        raise
    return found if found["checkpoint"] else None


@router.get("/{fund}/journal.csv")
async def read_journal_table(
    fund: Id, visitor: Visit, year: Year = "", as_of: Day = None, known_on: Day = None
) -> Response:
    """The year's journal as a table. 404: not-found."""
    asked = Cut(as_of=as_of, known_on=known_on).query() | {"year": year}
    table = await visitor.api.raw(f"/v1/ledgers/{fund}/journal", "text/csv", **asked)
    name = f"journal-{fund}-{year.replace('/', '-') or 'this-year'}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(table.content, media_type="text/csv; charset=utf-8", headers=headers)


def standing(ledger: dict[str, Any]) -> dict[str, Any]:
    """A fund with its bar: what is spent and promised against what may be spent."""
    bar = drawn(ledger)
    return ledger | {"wide": bars.wide(bar), "narrow": bars.narrow(bar)}


def drawn(ledger: dict[str, Any]) -> bars.Bar:
    parts = (("Actual", "actual"), ("Accrued", "accrued"), ("Committed", "committed"))
    return bars.Bar(
        name=f"fund-{ledger['fund']}",
        title=f"{ledger['name'] or ledger['fund']}, {ledger['year']}: used and promised",
        parts=tuple(_part(ledger, label, key) for label, key in parts),
        limit=_part(ledger, "Budget", "budget"),
    )


def _part(ledger: dict[str, Any], label: str, key: str) -> bars.Part:
    pence: int = ledger[f"{key}_pence"]
    return bars.Part(label=label, amount=pence, said=money(pence))

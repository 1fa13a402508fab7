"""The thread as a picture and as a list: from need to pound, and from pound to need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import Visit
from services.gateway.pages.wording import day, in_words, money, words
from services.gateway.threads.graph import Direction, Kind
from shared.charts import webs
from shared.http.bodies import Id
from shared.http.routing import Router

router = Router(prefix="/threads", include_in_schema=False)

HOME = {"text": "Home", "href": "/"}
ROWS: tuple[tuple[Kind, str], ...] = (
    ("outcome", "Outcome"),
    ("assessment", "Assessment"),
    ("need", "Need"),
    ("decision", "Decision"),
    ("strategy", "Strategy"),
    ("recommendation", "Recommendation"),
    ("specification", "Specification"),
    ("tender", "Tender"),
    ("award", "Award"),
    ("contract", "Contract"),
    ("return", "Return"),
    ("flag", "Flag"),
    ("notice", "Notice"),
    ("review", "Review"),
    ("invoice", "Invoice"),
    ("certificate", "Certificate"),
    ("withholding", "Withholding"),
    ("payment", "Payment"),
    ("ledger", "Ledger"),
)
Json = Mapping[str, Any]


@router.get("/{kind}/{id}")
async def show_thread(
    request: Request,
    kind: Kind,
    id: Id,
    visitor: Visit,
    direction: Annotated[Direction, Query()] = "both",
) -> HTMLResponse:
    """All that led to a thing, and all that came of it. 404: not-found."""
    found = await visitor.api.get(f"/v1/threads/{kind}/{id}", direction=direction)
    for node in found["nodes"]:
        node["title"] = in_words(node["title"]) or node["id"]
    start = next(node for node in found["nodes"] if (node["kind"], node["id"]) == (kind, id))
    title = f"The thread of {words(kind).lower()}: {start['title']}"
    picture = drawn(found, title)
    return page(
        request, "thread.html", visitor=visitor, title=title, crumbs=[HOME], start=start,
        direction=direction, wide=webs.wide(picture), narrow=webs.narrow(picture),
        rows=listed(found),
    )  # fmt: skip


def drawn(found: Json, title: str) -> webs.Web:
    """The thread as boxes, needs above and money below."""
    start = found["start"]
    things = tuple(
        webs.Thing(id=_key(node), row=node["kind"], title=node["title"], under=under(node))
        for node in found["nodes"]
    )
    return webs.Web(
        name="thread",
        title=title,
        description=f"{len(things)} things from need to money, joined by {len(found['edges'])}"
        " steps. The list below says the same.",
        rows=ROWS,
        things=things,
        links=tuple((_key(edge["from"]), _key(edge["to"])) for edge in found["edges"]),
        chosen=_key(start),
    )


def _key(node: Json) -> str:
    return f"{node['kind']}/{node['id']}"


def under(node: Json) -> str:
    """What is said below a thing's title: its sum, its day, its status."""
    amount = node.get("amount_pence")
    said = (
        money(amount) if amount is not None else "",
        day(node["on"]) if node.get("on") else "",
        words(node["status"]) if node.get("status") else "",
    )
    return " · ".join(filter(None, said))


def listed(found: Json) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every thing by its kind, with what it leads to."""
    titles = {_key(node): node["title"] for node in found["nodes"]}
    leads = _leads(found["edges"], titles)
    rows: list[tuple[str, list[dict[str, Any]]]] = []
    for kind, heading in ROWS:
        mine = [
            {
                **node,
                "shown": node["title"],
                "under": under(node),
                "leads": leads.get(_key(node), []),
            }
            for node in found["nodes"]
            if node["kind"] == kind
        ]
        if mine:
            rows.append((heading, mine))
    return rows


def _leads(edges: Iterable[Json], titles: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for edge in edges:
        target = _key(edge["to"])
        said = {"relation": edge["relation"], "href": f"/threads/{target}", "text": titles[target]}
        found.setdefault(_key(edge["from"]), []).append(said)
    return found

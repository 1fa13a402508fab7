"""The page on which a tender is judged: interests, scores, low prices, award, letters, notice.

Law: who has not said that they have no interest sees no score, and who has one sees nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.asking import Typed, new_key
from services.gateway.pages.rendering import page
from services.gateway.pages.tenders import HOME, LIST, crumb, providers
from services.gateway.pages.visiting import Visit, Visitor
from services.gateway.sign_in.persons import PERSONS
from shared.http.bodies import Id
from shared.http.problems import Problem
from shared.http.routing import Router

router = Router(prefix="/tenders", include_in_schema=False)

WHOLE = 10_000  # basis points


@router.get("/{tender}/evaluation")
async def show_evaluation(request: Request, tender: Id, visitor: Visit) -> HTMLResponse:
    """The evaluation as the visitor may see it. 404: not-found. 409: bids-still-sealed."""
    return await evaluation(request, visitor, tender, {}, None)


async def evaluation(
    request: Request, visitor: Visitor, tender: str, typed: Typed, told: Problem | None
) -> HTMLResponse:
    """The page of evaluation, with what was typed on it and why that was refused."""
    at = f"/v1/tenders/{tender}"
    row = await visitor.api.get(at)
    file: dict[str, Any] | None = None
    interested = False
    if row["status"] != "open":
        file = await visitor.api.find(f"{at}/evaluation")
        interested = file is None
    declared = (file or {}).get("declared", {})
    me = visitor.actor.person
    bids = [bid | _judged(bid, row, file) for bid in row["bids"]]
    return page(
        request, "tenders/evaluation.html", told.status if told else 200, visitor,
        title=f"Evaluation: {row['title']}", crumbs=[HOME, LIST, crumb(row)], tender=row,
        file=file, interested=interested, typed=typed, told=told, key=new_key(), bids=bids,
        names=await providers(visitor), persons=PERSONS, me=me, mine=declared.get(me),
        evaluates=visitor.may("tenders:evaluate") and row["status"] == "evaluating",
        procures=visitor.may("tenders:write") and visitor.actor.agency == row["procuring"],
        running=row["status"] == "evaluating",
    )  # fmt: skip


def _judged(
    bid: Mapping[str, Any], row: Mapping[str, Any], file: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A bid's scores: the originals, the consensus, and the whole in basis points."""
    lines = [line for line in (file or {}).get("scores", ()) if line["bid"] == bid["bid"]]
    agreed = [line for line in lines if line["moderated"]]
    consensus = agreed[-1] if agreed else None
    low = [one for one in (file or {}).get("low", ()) if one["bid"] == bid["bid"]]
    return {
        "originals": [line for line in lines if not line["moderated"]],
        "consensus": consensus,
        "whole": _weighted(consensus["scores"], row) if consensus else None,
        "low": low[0] if low else None,
    }


def _weighted(scores: Mapping[str, int], row: Mapping[str, Any]) -> int:
    return sum(
        one["weight_basis_points"] * scores.get(one["criterion"], 0) for one in row["criteria"]
    ) // WHOLE  # fmt: skip

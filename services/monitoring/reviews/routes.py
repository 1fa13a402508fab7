"""The doors of formal reviews: the commissioner opens, finds and concludes; partners read along."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request
from msgspec.structs import replace

from services.monitoring.flags.views import FLAG_ROWS, SERIES, FlagRow, SeriesRow
from services.monitoring.heard import contract_row, parties_to, sees_all
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow
from services.monitoring.reviews import commands
from services.monitoring.reviews.bodies import ConclusionBody, FindingBody, OpenReviewBody
from services.monitoring.reviews.decider import REVIEWS, review_of
from services.monitoring.reviews.gathering import (
    card_of,
    counted,
    flags_of,
    money_of,
    returns_of,
)
from services.monitoring.reviews.views import REVIEW_ROWS, ReviewRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.values.quarters import financial_year

router = Router(prefix="/v1/reviews", tags=["reviews"])

Reviews = Annotated[ViewStore[ReviewRow], rows(REVIEW_ROWS)]
Returns = Annotated[ViewStore[ReturnRow], rows(RETURN_ROWS)]
Series = Annotated[ViewStore[SeriesRow], rows(SERIES)]
Flags = Annotated[ViewStore[FlagRow], rows(FLAG_ROWS)]


async def parties(request: Request) -> Parties:
    """The parties of the contract under review."""
    store: ViewStore[ReviewRow] = request.app.state.house.stores[REVIEW_ROWS.name]
    row = await store.get(request.path_params["review"])
    if row is None:
        raise Missing
    return await parties_to(request, row.contract)


Reader = Annotated[Actor, allowed("flags:read", "provider", "lead", "member", of=parties)]
Reviewer = Annotated[Actor, allowed("reviews:write", "lead", of=parties)]


def line(row: ReviewRow) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(row)
    return content | {"status": row.status}


@router.get("")
async def list_reviews(
    request: Request,
    reviews: Reviews,
    paging: Paging,
    actor: Annotated[Actor, allowed("flags:read")],
) -> Listed[dict[str, Any]]:
    """Formal reviews in the partnerships that the caller's agency belongs to."""
    found: dict[str, ReviewRow] = {}
    for partnership in await partnerships_of(request, actor.agency):
        found |= await reviews.find(
            where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
        )
    page = {key: line(found[key]) for key in sorted(found)[: paging.limit + 1]}
    return paging.page(page)


@router.get("/{review}")
async def read_review(
    request: Request,
    review: Id,
    reviews: Reviews,
    returns: Returns,
    flags: Flags,
    series: Series,
    texts: Texts,
    actor: Reader,
) -> dict[str, Any]:
    """One review with what it gathers of its year: returns, cases, figures, money, complaints.

    Figures, money, complaints and what was found are for the provider and the contract manager;
    what the board decided is for the partners, and the provider hears it from its contract. 404.
    """
    row = await reviews.get(review)
    if row is None:
        raise Missing
    if (await parties_to(request, row.contract))[actor.agency] == frozenset({"provider"}):
        row = replace(row, change="", decision="", decided_on=None)
    of_contract = {"contract": row.contract}
    contract = await contract_row(request, row.contract)
    year = row.year
    held = (await returns.find(where=of_contract)).values()
    cases = (await flags.find(where=of_contract)).values()
    content = line(row) | {"returns": returns_of(year, held), "flags": flags_of(year, cases)}
    if sees_all(actor, contract.provider, contract.commissioner):
        kept = [await texts.get(finding.text) for finding in row.findings]
        content["finding_texts"] = [
            text.content.decode() if text and text.content else None for text in kept
        ]
        measured = (await series.find(where=of_contract)).values()
        content["card"] = card_of(year, measured)
        content["money"] = money_of(year, contract.terms, held)
        content |= counted(year, held)
    return content


@router.post("", status_code=201)
async def open_review(
    request: Request,
    body: OpenReviewBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("reviews:write")],
) -> Accepted:
    """Open the formal review of a contract for the financial year; usual from December.

    404: not a contract of the caller's. 409: review-already-opened.
    """
    admit(actor, await parties_to(request, body.contract), frozenset({"lead"}))
    row = await contract_row(request, body.contract)
    review = review_of(body.contract, financial_year(london_date(handle.now())))
    command = commands.OpenReview(
        review=review,
        contract=body.contract,
        partnership=row.partnership,
        opened_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, REVIEWS, review, command)


@router.post("/{review}/findings", status_code=201)
async def record_finding(
    review: Id, body: FindingBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Record what the review found. 409: review-concluded."""
    command = commands.RecordFinding(
        finding=await handle.keep_text(actor, "finding", body.finding),
        kind=body.kind,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, REVIEWS, review, command)


@router.post("/{review}/conclusion", status_code=201)
async def conclude_review(
    review: Id, body: ConclusionBody, handle: Handling, actor: Reviewer
) -> Accepted:
    """Continue, redesign or decommission. 409: findings-missing, review-concluded."""
    command = commands.ConcludeReview(
        conclusion=body.conclusion, concluded_by=actor.person, now=handle.now()
    )
    return await handle(actor, REVIEWS, review, command)

"""The doors at which cases are read: both sides see all of it, partners read along."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.monitoring.flags.bodies import FlagId
from services.monitoring.flags.decider import subject_of_flag
from services.monitoring.flags.evidence import special_cause_beside
from services.monitoring.flags.notices import Notice, notices
from services.monitoring.flags.views import FLAG_ROWS, SERIES, FlagRow, SeriesRow, waits_for
from services.monitoring.heard import parties_to, sees_all, visible
from services.monitoring.rebases.views import REBASE_ROWS, RebasesRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/flags", tags=["flags"])

Flags = Annotated[ViewStore[FlagRow], rows(FLAG_ROWS)]
EverySeries = Annotated[ViewStore[SeriesRow], rows(SERIES)]
EveryRebase = Annotated[ViewStore[RebasesRow], rows(REBASE_ROWS)]


async def parties(request: Request) -> Parties:
    """The parties of the contract that the case is under."""
    store: ViewStore[FlagRow] = request.app.state.house.stores[FLAG_ROWS.name]
    row = await store.get(request.path_params["flag"])
    if row is None:
        raise Missing
    return await parties_to(request, row.contract)


Reader = Annotated[Actor, allowed("flags:read", "provider", "lead", "member", of=parties)]
Lead = Annotated[Actor, allowed("flags:write", "lead", of=parties)]
Provider = Annotated[Actor, allowed("flags:answer", "provider", of=parties)]


def shown(request: Request, row: FlagRow, actor: Actor) -> dict[str, Any]:
    """A case; the values behind it only to the provider and the contract manager."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    today = london_date(request.app.state.house.clock())
    content["waits_for"] = waits_for(row)
    content["explanation_overdue"] = bool(
        row.status == "explanation-requested"
        and row.explanation_due_on
        and row.explanation_due_on < today
    )
    everything = sees_all(actor, row.provider, row.commissioner)
    content["disclosure"] = "full" if everything else "suppressed"
    if not everything:
        content["misses"] = [{"period": miss.period} for miss in row.misses]
    return content


@router.get("")
async def list_flags(
    request: Request,
    flags: Flags,
    paging: Paging,
    actor: Annotated[Actor, allowed("flags:read")],
    contract: Id | None = None,
    status: Id | None = None,
) -> Listed[dict[str, Any]]:
    """Cases under the contracts one has to do with; by contract, by status.

    `open` and `over` are statuses too: every case that has not ended, and every one that has.
    """
    where: dict[str, object] = {"contract": contract} if contract else {}
    if status in ("open", "over"):
        where["open"] = status == "open"
    elif status:
        where["status"] = status
    found = await visible(request, flags, actor, paging, **where)
    return paging.page({key: shown(request, row, actor) for key, row in found.items()})


@router.get("/{flag}")
async def read_flag(
    request: Request,
    response: Response,
    flag: FlagId,
    flags: Flags,
    every: EverySeries,
    every_rebase: EveryRebase,
    actor: Reader,
) -> dict[str, Any]:
    """One case with its clocks and steps; the special cause beside it decides nothing. 404."""
    row = await flags.get(flag)
    if row is None:
        raise Missing
    response.headers["ETag"] = f'"{row.version}"'
    content = shown(request, row, actor)
    if content["disclosure"] == "full":
        series = await every.get(subject_of_flag(flag))
        rebased = await every_rebase.get(row.contract)
        content["special_cause"] = special_cause_beside(row, series, rebased)
    return content


@router.get("/{flag}/notices")
async def list_flag_notices(flag: FlagId, flags: Flags, actor: Reader) -> Listed[dict[str, Any]]:
    """The steps of the case as documents, in order. 404."""
    row = await flags.get(flag)
    if row is None:
        raise Missing
    everything = sees_all(actor, row.provider, row.commissioner)
    return Listed(items=[notice_shown(one, everything) for one in notices(row)], next=None)


@router.get("/{flag}/notices/{number}")
async def read_flag_notice(
    flag: FlagId, number: int, flags: Flags, actor: Reader
) -> dict[str, Any]:
    """One step as a document: clause, dates, recipients, figures and what changed of them. 404."""
    row = await flags.get(flag)
    found = [one for one in notices(row) if one.number == number] if row else []
    if row is None or not found:
        raise Missing
    return notice_shown(found[0], sees_all(actor, row.provider, row.commissioner))


def notice_shown(notice: Notice, everything: bool) -> dict[str, Any]:
    """A notice; figures and text only to the provider and the contract manager."""
    content: dict[str, Any] = msgspec.to_builtins(notice)
    if not everything:
        content["figures"] = [{"period": miss.period} for miss in notice.figures]
        content["text"] = None
    return content


@router.get("/{flag}/texts/{text}", response_class=Response)
async def read_flag_text(
    flag: FlagId, text: UUID, flags: Flags, texts: Texts, actor: Reader
) -> Response:
    """A text that the case cites: explanation, reason, milestone. 404."""
    row = await flags.get(flag)
    if row is None or not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    cited = {step.text.text for step in row.steps if step.text}
    cited |= {one.milestone.text.text for one in row.plan}
    kept = await texts.get(text) if text in cited else None
    if kept is None or kept.content is None:
        raise Missing
    return Response(kept.content, media_type=kept.media_type)

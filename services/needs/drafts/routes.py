"""The doors of drafts: partnerships send theirs in, and those concerned agree what they share."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.needs.drafts import commands
from services.needs.drafts.bodies import AgreementBody, ProposalBody, SendingBody
from services.needs.drafts.decider import DRAFTS
from services.needs.drafts.events import Said
from services.needs.drafts.views import DRAFTS_ROWS, DraftsRow, IssueLine, issues_of
from services.needs.strategies.views import STRATEGIES, StrategyRow
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/drafts", tags=["drafts"])

Rows = Annotated[ViewStore[DraftsRow], rows(DRAFTS_ROWS)]
Strategies = Annotated[ViewStore[StrategyRow], rows(STRATEGIES)]


async def parties(request: Request) -> Parties:
    """The strategic partnership's partners, and those of every partnership that sent a draft.

    Raises Missing.
    """
    strategic = request.path_params["partnership"]
    found: dict[str, frozenset[str]] = dict(await members_of(request, strategic))
    store: ViewStore[DraftsRow] = request.app.state.house.stores[DRAFTS_ROWS.name]
    row = await store.get(strategic)
    for sender in {one.partnership for one in row.drafts} if row else ():
        for agency in await members_of(request, sender):
            found[agency] = found.get(agency, frozenset()) | {"sender"}
    return found


async def partners_anywhere(request: Request) -> Parties:
    """Every agency that belongs to any partnership. Raises Missing."""
    await members_of(request, request.path_params["partnership"])
    every = await partnerships(request)
    return {agency: frozenset({"partner"}) for row in every.values() for agency in row.agencies}


Reader = Annotated[Actor, allowed("needs:read", "member", "sender", of=parties)]
Writer = Annotated[Actor, allowed("needs:write", "member", "sender", of=parties)]


@router.get("/{partnership}")
async def read_drafts(partnership: Id, found: Rows, texts: Texts, _: Reader) -> dict[str, Any]:
    """The drafts sent in, and the issues found among them with what is agreed."""
    row = await found.get(partnership) or DraftsRow(proposals={}, agreed={})
    return {
        "partnership": partnership,
        "drafts": [_bare(one) for one in row.drafts],
        "issues": [await _shown(one, texts) for one in issues_of(row)],
        "version": row.version,
    }


def _bare(event: Any) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(event)
    content.pop("type", None)
    return content


async def _shown(line: IssueLine, texts: TextStore) -> dict[str, Any]:
    """An issue with the words of its proposal; erased words are null."""
    shown: dict[str, Any] = msgspec.to_builtins(line)
    if line.proposal is not None:
        kept = await texts.get(line.proposal.taken_forward.text)
        words = kept.content.decode() if kept and kept.content else None
        shown["proposal"] = {"owner": line.proposal.owner, "taken_forward": words}
    return shown


@router.post("/{partnership}", status_code=201)
async def send_draft(
    request: Request,
    partnership: Id,
    body: SendingBody,
    handle: Handling,
    strategies: Strategies,
    actor: Annotated[Actor, allowed("needs:write", "partner", of=partners_anywhere)],
) -> Accepted:
    """Send a draft strategy of one's own partnership to a strategic partnership.

    409: draft-sent-to-itself, no-draft-any-more, draft-already-sent.
    """
    row = await strategies.get(body.strategy)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    command = commands.SendDraft(
        strategic=partnership,
        partnership=row.partnership,
        strategy=body.strategy,
        title=row.title,
        strategy_version=row.version,
        is_draft=row.status == "draft",
        said=Said(
            needs=tuple(dict.fromkeys(one.title for one in row.needs)),
            groups=tuple(dict.fromkeys(group for one in row.needs for group in one.groups)),
            localities=body.localities,
            providers=tuple(dict.fromkeys(one.provider for one in row.resources)),
        ),
        sent_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, DRAFTS, partnership, command)


@router.post("/{partnership}/issues/{issue}/proposal", status_code=201)
async def propose_issue(
    request: Request,
    partnership: Id,
    issue: Id,
    body: ProposalBody,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Propose how a shared issue is taken forward, and who does. 409: shared-issue-unknown.

    422: of an owner that is no party.
    """
    if body.owner not in await parties(request):
        raise Invalid("The owner is one of the partners.", pointer="/body/owner")
    command = commands.ProposeIssue(
        issue=issue,
        taken_forward=await handle.keep_text(actor, "proposal", body.taken_forward),
        owner=body.owner,
        proposed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, DRAFTS, partnership, command)


@router.post("/{partnership}/issues/{issue}/agreement", status_code=201)
async def agree_issue(
    request: Request,
    partnership: Id,
    issue: Id,
    body: AgreementBody,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Agree for one's own partnership.

    409: shared-issue-unknown, shared-issue-not-proposed, partnership-not-concerned,
    shared-issue-already-agreed.
    """
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    command = commands.AgreeIssue(
        issue=issue, partnership=body.partnership, agreed_by=actor.person, now=handle.now()
    )
    return await handle(actor, DRAFTS, partnership, command)

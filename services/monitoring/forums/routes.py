"""The doors of provider forums: the board instructs, providers raise and report, partners answer.

Law: the members are the providers of the partnership's live contracts; with its last contract a
provider leaves the forum.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.monitoring.forums import commands
from services.monitoring.forums.bodies import InstructionBody, IssueBody, ReportBody
from services.monitoring.forums.decider import FORUMS
from services.monitoring.forums.views import FORUM_ROWS, ForumRow
from services.monitoring.heard import CONTRACTS, ContractRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/forums", tags=["forums"])

Forums = Annotated[ViewStore[ForumRow], rows(FORUM_ROWS)]


async def parties(request: Request) -> Parties:
    """The partners as `member`, the leading one also as `lead`, providers of what is live."""
    partnership = request.path_params["partnership"]
    found = dict(await members_of(request, partnership))
    store: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACTS.name]
    today = london_date(request.app.state.house.clock())
    for row in (await store.find(where={"partnership": partnership})).values():
        if row.status == "live" and row.terms.ends_on >= today:
            found[row.provider] = found.get(row.provider, frozenset()) | {"provider"}
    return found


Reader = Annotated[Actor, allowed("returns:read", "member", "provider", of=parties)]
Board = Annotated[Actor, allowed("board:write", "lead", of=parties)]
Provider = Annotated[Actor, allowed("returns:submit", "provider", of=parties)]
Partner = Annotated[Actor, allowed("returns:review", "member", of=parties)]


@router.get("")
async def list_forums(
    request: Request, actor: Annotated[Actor, allowed("returns:read")]
) -> list[dict[str, Any]]:
    """The forums that the caller's agency belongs to, as a partner or as a provider."""
    store: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACTS.name]
    today = london_date(request.app.state.house.clock())
    held = (await store.find(where={"provider": actor.agency})).values()
    providing = {
        row.partnership for row in held if row.status == "live" and row.terms.ends_on >= today
    }
    known = await partnerships(request)
    mine = {name for name, row in known.items() if actor.agency in row.agencies} | providing
    return [
        {"partnership": name, "name": known[name].name if name in known else name}
        for name in sorted(mine)
    ]


@router.get("/{partnership}")
async def read_forum(partnership: Id, forums: Forums, texts: Texts, _: Reader) -> dict[str, Any]:
    """All that was said in a forum, as it came, with its words. 404."""
    row = await forums.get(partnership)
    said: list[dict[str, Any]] = []
    for one in row.said if row else ():
        kept = await texts.get(one.text.text)
        words = kept.content.decode() if kept and kept.content else None
        said.append(msgspec.to_builtins(one) | {"text": words})
    return {"partnership": partnership, "said": said}


@router.post("/{partnership}/instructions", status_code=201)
async def instruct_forum(
    partnership: Id, body: InstructionBody, handle: Handling, actor: Board
) -> Accepted:
    """The board's secretary passes on what the board wants from the forum."""
    text = await handle.keep_text(actor, "instruction", body.text)
    command = commands.InstructForum(
        instruction=str(text.text),
        text=text,
        meeting=body.meeting or "",
        given_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FORUMS, partnership, command)


@router.post("/{partnership}/issues", status_code=201)
async def raise_issue(
    partnership: Id, body: IssueBody, handle: Handling, actor: Provider
) -> Accepted:
    """A provider raises something with the partners."""
    text = await handle.keep_text(actor, "issue", body.text)
    command = commands.RaiseIssue(
        issue=str(text.text),
        text=text,
        provider=actor.agency,
        raised_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FORUMS, partnership, command)


@router.post("/{partnership}/issues/{issue}/answer", status_code=201)
async def answer_issue(
    partnership: Id, issue: Id, body: IssueBody, handle: Handling, actor: Partner
) -> Accepted:
    """A partner answers. 409: unknown-issue, issue-answered."""
    command = commands.AnswerIssue(
        issue=issue,
        text=await handle.keep_text(actor, "answer", body.text),
        answered_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FORUMS, partnership, command)


@router.post("/{partnership}/reports", status_code=201)
async def report_to_board(
    partnership: Id, body: ReportBody, handle: Handling, actor: Provider
) -> Accepted:
    """The forum reports to the board's next meeting.

    409: unknown-instruction, instruction-reported.
    """
    text = await handle.keep_text(actor, "report", body.text)
    command = commands.ReportToBoard(
        report=str(text.text),
        partnership=partnership,
        instruction=body.instruction or "",
        text=text,
        reported_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FORUMS, partnership, command)

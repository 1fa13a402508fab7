"""The doors of votes: partners open and close them, organisers hand tokens out, all may read."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request, Response

from services.needs.answers import PartAccepted
from services.needs.ballots.views import TALLIES, TallyRow, no_ballots
from services.needs.strategies.views import STRATEGIES, StrategyRow
from services.needs.votes import commands, tokens
from services.needs.votes.bodies import AnswerBody, TokensBody, VoteBody
from services.needs.votes.counting import share_out
from services.needs.votes.decider import VOTE
from services.needs.votes.events import Choice, Organiser
from services.needs.votes.refusals import TokensShownOnce
from services.needs.votes.state import Open
from services.needs.votes.views import VOTES, VoteRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties, admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.http.routing import Router
from shared.texts.erasing import TEXTS, EraseText

router = Router(prefix="/v1/votes", tags=["votes"])

Votes = Annotated[ViewStore[VoteRow], rows(VOTES)]
Tallies = Annotated[ViewStore[TallyRow], rows(TALLIES)]
Strategies = Annotated[ViewStore[StrategyRow], rows(STRATEGIES)]


async def parties(request: Request) -> Parties:
    """The partners, who hands tokens out, and everyone as `reader`. Raises Missing."""
    store: ViewStore[VoteRow] = request.app.state.house.stores[VOTES.name]
    row = await store.get(request.path_params["vote"])
    if row is None:
        raise Missing
    members = await members_of(request, row.partnership)
    found: dict[str, frozenset[str]] = dict(members)
    for one in row.organisers:
        found[one.agency] = found.get(one.agency, frozenset()) | {"organiser"}
    return found | {ANYONE: frozenset({"reader"})}


Reader = Annotated[Actor, allowed("needs:read")]
Writer = Annotated[Actor, allowed("votes:write", "member", of=parties)]
Organising = Annotated[Actor, allowed("votes:hand-out", "organiser", of=parties)]


class TokensMade(PartAccepted):
    """A batch of tokens, shown this once."""

    tokens: list[str]


@router.get("")
async def list_votes(votes: Votes, paging: Paging, _: Reader) -> Listed[dict[str, Any]]:
    """Every vote, the oldest first."""
    found = await votes.find(after=paging.after, limit=paging.limit + 1)
    return paging.page({key: _shown(row) for key, row in found.items()})


@router.get("/{vote}")
async def read_vote(
    vote: Id, votes: Votes, tallies: Tallies, texts: Texts, _: Reader
) -> dict[str, Any]:
    """What is voted on; how many ballots there are; once closed, the count and what was done."""
    row = await votes.get(vote)
    if row is None:
        raise Missing
    tally = await tallies.get(vote) or no_ballots(vote)
    shown = _shown(row) | {"ballots": tally.ballots}
    if row.closed:
        counted = share_out(row.pot_pence, row.choices, tally.votes)
        shown["count"] = msgspec.to_builtins(counted)
    if row.answer is not None:
        kept = await texts.get(row.answer.text)
        shown["answer"] = kept.content.decode() if kept and kept.content else None
    return shown


def _shown(row: VoteRow) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(row)
    return content | {"answer": None, "handed_out": row.handed_out()}


@router.post("", status_code=201)
async def open_vote(
    request: Request,
    body: VoteBody,
    handle: Handling,
    strategies: Strategies,
    actor: Annotated[Actor, allowed("votes:write")],
) -> Accepted:
    """Put a sum to the vote. 404: of a partnership or a strategy that is not there.

    409: vote-times-unclear, vote-choices-unclear, choice-too-dear, organiser-named-twice.
    """
    admit(actor, await members_of(request, body.partnership), frozenset({"member"}))
    if body.strategy is not None:
        strategy = await strategies.get(body.strategy)
        if strategy is None or strategy.partnership != body.partnership:
            raise Missing
    vote = handle.new_id()
    marking = UUID(handle.part_id(actor, "marking"))
    command = commands.OpenVote(
        vote=vote,
        partnership=body.partnership,
        strategy=body.strategy or "",
        title=body.title,
        question=body.question,
        pot_pence=body.pot_pence,
        choices=tuple(
            Choice(choice=f"c{n}", title=one.title, about=one.about, cost_pence=one.cost_pence)
            for n, one in enumerate(body.choices, 1)
        ),
        most_choices=body.most_choices,
        organisers=tuple(
            Organiser(agency=one.agency, most_tokens=one.most_tokens) for one in body.organisers
        ),
        opens_at=body.opens_at,
        closes_at=body.closes_at,
        # No agency owns the key, so none can have it shown or erased before the vote closes.
        marking=await handle.texts.put(marking, "marking", "", tokens.new_key(), handle.now()),
        opened_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, VOTE, vote, command)


@router.post("/{vote}/tokens", status_code=201)
async def hand_out_tokens(
    vote: Id, body: TokensBody, handle: Handling, response: Response, actor: Organising
) -> TokensMade:
    """Make tokens to give to those who vote; they are shown in this answer and never again.

    409: vote-over, too-many-tokens, tokens-shown-once.
    """
    if await handle.answered(actor, VOTE, vote) is not None:
        raise TokensShownOnce
    made = [tokens.new_token() for _ in range(body.count)]
    batch = handle.part_id(actor, "batch")
    command = commands.HandOutTokens(
        batch=batch,
        organiser=actor.agency,
        tokens=tuple(sorted(tokens.fingerprint(vote, one) for one in made)),
        handed_out_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle(actor, VOTE, vote, command)
    response.headers["Cache-Control"] = "no-store"
    return TokensMade(id=accepted.id, version=accepted.version, part=batch, tokens=made)


@router.post("/{vote}/tokens/{batch}/withdrawal", status_code=201)
async def withdraw_tokens(vote: Id, batch: Id, handle: Handling, actor: Organising) -> Accepted:
    """Make a batch that went astray worth nothing; ballots cast stay. 409: batch-unknown."""
    command = commands.WithdrawTokens(
        batch=batch, organiser=actor.agency, withdrawn_by=actor.person, now=handle.now()
    )
    return await handle(actor, VOTE, vote, command)


@router.post("/{vote}/closing", status_code=201)
async def close_vote(vote: Id, handle: Handling, actor: Writer) -> Accepted:
    """Begin the count: no ballot comes after it, and what marked spent tokens is destroyed.

    409: vote-still-open, vote-over.
    """
    state = await handle.load(VOTE, vote)
    steps = [Step(VOTE, vote, commands.CloseVote(closed_by=actor.person, now=handle.now()))]
    if isinstance(state, Open):
        erase = EraseText(ground="no-longer-needed", erased_by=actor.person, now=handle.now())
        steps.append(Step(TEXTS, str(state.opened.marking.text), erase))
    accepted = await handle.together(actor, steps)
    if isinstance(state, Open):
        await handle.texts.erase(state.opened.marking.text, handle.now())
    return accepted


@router.post("/{vote}/answer", status_code=201)
async def answer_vote(vote: Id, body: AnswerBody, handle: Handling, actor: Writer) -> Accepted:
    """Say what was done because of the vote. 409: vote-still-open."""
    command = commands.AnswerVote(
        answer=await handle.keep_text(actor, "answer", body.answer),
        answered_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, VOTE, vote, command)

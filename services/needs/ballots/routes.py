"""The doors of ballots: cast by the house itself for whoever holds a token; listed once counted.

Law: whoever votes is nobody to this service. The door takes the house's own token, so that no
person's id comes with a ballot, and a ballot carries no trace that leads to a request.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from fastapi import Response
from opentelemetry import context
from pydantic import BaseModel

from services.needs.ballots.bodies import BallotBody
from services.needs.ballots.commands import CastBallot
from services.needs.ballots.decider import BALLOT
from services.needs.ballots.views import BALLOTS, BallotRow
from services.needs.votes import tokens
from services.needs.votes.decider import VOTE
from services.needs.votes.refusals import VoteOver, VoteStillOpen
from services.needs.votes.state import Closed, Open
from services.needs.votes.views import VOTES, VoteRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Outdated, Step
from shared.eventsourcing.log import Unchanged
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/votes", tags=["ballots"])

Votes = Annotated[ViewStore[VoteRow], rows(VOTES)]
Ballots = Annotated[ViewStore[BallotRow], rows(BALLOTS)]
ATTEMPTS = 5


class BallotReceipt(BaseModel):
    """The words under which a voter finds their own ballot in the list."""

    receipt: str


@contextmanager
def untraced() -> Generator[None]:
    """What is written inside carries no trace context: it would lead to the request's address."""
    attached = context.attach(context.Context())
    try:
        yield
    finally:
        context.detach(attached)


@router.post("/{vote}/ballots", status_code=201)
async def cast_ballot(
    vote: Id,
    body: BallotBody,
    handle: Handling,
    response: Response,
    actor: Annotated[Actor, allowed("votes:cast")],
) -> BallotReceipt:
    """Cast a ballot with a token.

    409: vote-not-begun, vote-over, token-unknown, token-used, nothing-chosen, too-many-choices,
    choice-unknown.
    """
    receipt = tokens.receipt(handle.part_id(actor, "receipt"))
    for _ in range(ATTEMPTS):
        try:
            with untraced():
                await _cast(vote, body, handle, actor, receipt)
            break
        except Outdated:  # more tokens were handed out meanwhile
            continue
    else:
        raise Outdated
    response.headers["Cache-Control"] = "no-store"
    return BallotReceipt(receipt=receipt)


async def _cast(vote: str, body: BallotBody, handle: Handling, actor: Actor, receipt: str) -> None:
    state, version = await handle.loaded(VOTE, vote)
    if not isinstance(state, Open | Closed):
        raise Missing
    kept = await handle.texts.get(state.opened.marking.text)
    key = kept.content if kept else None
    if isinstance(state, Open) and key is None:
        raise VoteOver
    command = CastBallot(
        vote=state,
        token=tokens.fingerprint(vote, body.token),
        receipt=receipt,
        choices=body.choices,
        now=handle.now(),
    )
    step = Step(BALLOT, f"{vote}:{tokens.mark(key or b'', body.token)}", command)
    await handle.together(actor, [step], [Unchanged(VOTE.stream(vote), version)])


@router.get("/{vote}/ballots")
async def list_ballots(
    vote: Id,
    votes: Votes,
    ballots: Ballots,
    paging: Paging,
    _: Annotated[Actor, allowed("needs:read")],
) -> Listed[dict[str, Any]]:
    """Every ballot under its receipt, so that anybody can count again. 409: vote-still-open.

    While people vote none is shown: whoever looked before and after somebody voted would know.
    """
    row = await votes.get(vote)
    if row is None:
        raise Missing
    if not row.closed:
        raise VoteStillOpen("Ballots are listed once the vote is closed; come back then.")
    found = await ballots.find(where={"vote": vote}, after=paging.after, limit=paging.limit + 1)
    return paging.page(
        {
            key: {"receipt": one.receipt, "choices": msgspec.to_builtins(one.choices)}
            for key, one in found.items()
        }
    )

"""The doors through which people decide on matches and lines, and sign."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations.accounts import ACCOUNTS, subject
from services.gateway.reconciliations.bodies import (
    MOST_CHOSEN,
    ChosenBody,
    LinesBody,
    MarkBody,
    ParkBody,
    ReasonBody,
    UndoBody,
    UnmarkBody,
)
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Marked
from services.gateway.reconciliations.lines import Side
from services.gateway.reconciliations.reading import Lines, account_of, parties, seen, sides_of
from services.gateway.reconciliations.routes import Reconciler
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.published.terms import TextRef

router = Router(prefix="/v1/reconciliations", tags=["reconciliations"])

ChiefFinanceOfficer = Annotated[Actor, allowed("suspense:approve", "reconciler", of=parties)]


@router.post("/{reconciliation}/acceptances", status_code=201)
async def accept_matches(
    reconciliation: Id, body: ChosenBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Accept proposals, some or all of a rule. 409: unknown-match, tolerance-cap-passed,
    matching-running, under-review, signed-off. 422: owner-missing.
    """
    command = commands.AcceptMatches(
        matches=body.matches, rule=body.rule, owner=body.owner, accepted_by=actor.person
    )
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/refusals", status_code=201)
async def refuse_matches(
    reconciliation: Id, body: ChosenBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Refuse proposals, which are not made again. 409: unknown-match, signed-off."""
    command = commands.RefuseMatches(matches=body.matches, rule=body.rule, refused_by=actor.person)
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/matches", status_code=201)
async def match_by_hand(
    request: Request, reconciliation: Id, body: LinesBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Match lines by hand; where they differ, an owner and a reason are needed.

    409: line-taken. 422: unknown-line, nothing-chosen, owner-missing, reason-missing.
    """
    ours, theirs = await _sides(request, reconciliation, actor)
    command = commands.MatchByHand(
        ours=_amounts(body.ours, ours),
        theirs=_amounts(body.theirs, theirs),
        owner=body.owner,
        reason=await _reason(handle, actor, body.reason),
        matched_by=actor.person,
    )
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/undoings", status_code=201)
async def undo_matches(
    reconciliation: Id, body: UndoBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Take confirmed matches apart again. 409: unknown-match, signed-off."""
    command = commands.UndoMatches(matches=body.matches, undone_by=actor.person)
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/marks", status_code=201)
async def mark_lines(
    request: Request, reconciliation: Id, body: MarkBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Mark open lines as a matter of timing, or as an error with its owner.

    409: line-taken. 422: unknown-line, nothing-chosen, owner-missing.
    """
    ours, theirs = await _sides(request, reconciliation, actor)
    command = commands.MarkLines(
        kind=body.kind,
        lines=_marked(body.ours, ours, body.theirs, theirs),
        owner=body.owner,
        reason=await _reason(handle, actor, body.reason),
        marked_by=actor.person,
    )
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/marks/removal", status_code=201)
async def remove_marks(
    request: Request, reconciliation: Id, body: UnmarkBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Take marks back; the lines are open again. 422: unknown-line, nothing-chosen."""
    ours, theirs = await _sides(request, reconciliation, actor)
    command = commands.RemoveMarks(
        lines=_marked(body.ours, ours, body.theirs, theirs), removed_by=actor.person
    )
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/suspense", status_code=201)
async def park_in_suspense(
    reconciliation: Id, body: ParkBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Park what nobody can explain, under an owner. 409: proposals-undecided,
    nothing-unexplained.
    """
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.ParkInSuspense(owner=body.owner, reason=reason, parked_by=actor.person)
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/suspense/approval", status_code=201)
async def approve_suspense(
    reconciliation: Id, handle: Handling, actor: ChiefFinanceOfficer
) -> Accepted:
    """Approve what lies in suspense, as chief finance officer. 409: nothing-parked.
    403: own-suspense.
    """
    command = commands.ApproveSuspense(approved_by=actor.person)
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/preparation", status_code=201)
async def prepare(reconciliation: Id, handle: Handling, actor: Reconciler) -> Accepted:
    """Sign as preparer and hand over for review. 409: proposals-undecided, unexplained,
    suspense-not-approved.
    """
    command = commands.Prepare(prepared_by=actor.person, now=handle.now())
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/return", status_code=201)
async def give_back(
    reconciliation: Id, body: ReasonBody, handle: Handling, actor: Reconciler
) -> Accepted:
    """Give it back to be worked on. 409: not-prepared, signed-off."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.GiveBack(reason=reason, returned_by=actor.person)
    return await handle(actor, RECONCILIATIONS, reconciliation, command)


@router.post("/{reconciliation}/sign-off", status_code=201)
async def sign_off(
    request: Request, reconciliation: Id, handle: Handling, actor: Reconciler
) -> Accepted:
    """Sign as reviewer; nothing changes any more. 409: not-prepared. 403: own-work."""
    command = commands.SignOff(reviewed_by=actor.person, now=handle.now())
    release = commands.ReleaseAccount(reconciliation=reconciliation, signed_off=True)
    return await _together(request, handle, actor, reconciliation, command, release)


@router.post("/{reconciliation}/discarding", status_code=201)
async def discard(
    request: Request, reconciliation: Id, handle: Handling, actor: Reconciler
) -> Accepted:
    """Give the reconciliation up as if it had not been; its file may come again.

    409: under-review, signed-off, matching-running.
    """
    command = commands.Discard(discarded_by=actor.person)
    release = commands.ReleaseAccount(reconciliation=reconciliation, signed_off=False)
    return await _together(request, handle, actor, reconciliation, command, release)


async def _together(
    request: Request,
    handle: Handle,
    actor: Actor,
    reconciliation: str,
    command: commands.SignOff | commands.Discard,
    release: commands.ReleaseAccount,
) -> Accepted:
    """The reconciliation and its account's chain, both or neither."""
    state, _ = await request.app.state.house.handler.load(RECONCILIATIONS, reconciliation)
    chain = subject(account_of(state))
    return await handle.together(
        actor,
        [Step(RECONCILIATIONS, reconciliation, command), Step(ACCOUNTS, chain, release)],
    )


async def _sides(request: Request, reconciliation: str, actor: Actor) -> tuple[Lines, Lines]:
    found = await seen(request, reconciliation, actor)
    return await sides_of(request, found.work)


def _amounts(numbers: tuple[int, ...], lines: Lines) -> dict[int, int]:
    """Raises UnknownLine."""
    if not set(numbers) <= lines.keys():
        raise refusals.UnknownLine
    return {number: lines[number].amount_pence for number in numbers}


def _marked(
    ours: tuple[int, ...], our_lines: Lines, theirs: tuple[int, ...], their_lines: Lines
) -> tuple[Marked, ...]:
    """Raises NothingChosen, UnknownLine."""
    if not 0 < len(ours) + len(theirs) <= MOST_CHOSEN:
        raise refusals.NothingChosen
    chosen: list[tuple[Side, dict[int, int]]] = [
        ("ours", _amounts(ours, our_lines)),
        ("theirs", _amounts(theirs, their_lines)),
    ]
    return tuple(
        Marked(side=side, number=number, amount_pence=pence)
        for side, amounts in chosen
        for number, pence in amounts.items()
    )


async def _reason(handle: Handle, actor: Actor, reason: str) -> TextRef | None:
    return await handle.keep_text(actor, "reason", reason) if reason else None

"""The rules of a vote. Pure: no clock, no I/O, no chance.

Law: the count begins after the closing time, and nothing is voted after it. No organiser's tokens
give more ballots than were agreed, so a token that may have been used is never given out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from msgspec.structs import replace

from services.needs.votes.commands import (
    AnswerVote,
    CloseVote,
    HandOutTokens,
    OpenVote,
    VoteCommand,
    WithdrawTokens,
)
from services.needs.votes.events import (
    TokensHandedOut,
    TokensWithdrawn,
    VoteAnswered,
    VoteClosed,
    VoteEvent,
    VoteOpened,
)
from services.needs.votes.refusals import (
    AlreadyOpened,
    BatchUnknown,
    ChoicesUnclear,
    ChoiceTooDear,
    OrganiserTwice,
    TimesUnclear,
    TooManyTokens,
    VoteOver,
    VoteStillOpen,
)
from services.needs.votes.state import Closed, Open, Unopened, Vote
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider


def decide(command: VoteCommand, vote: Vote) -> Sequence[VoteEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OpenVote():
            return [_open(command, vote)]
        case HandOutTokens():
            return [_hand_out(command, _running(vote))]
        case WithdrawTokens():
            return [_withdraw(command, _running(vote))]
        case CloseVote():
            return [_close(command, _running(vote))]
        case AnswerVote():
            return [_answer(command, vote)]


def _running(vote: Vote) -> Open:
    """Refuses: Missing, VoteOver."""
    match vote:
        case Unopened():
            raise Missing
        case Closed():
            raise VoteOver
        case Open():
            return vote


def _open(command: OpenVote, vote: Vote) -> VoteOpened:
    """Refuses: AlreadyOpened, TimesUnclear, ChoicesUnclear, ChoiceTooDear, OrganiserTwice."""
    if not isinstance(vote, Unopened):
        raise AlreadyOpened
    if not command.now < command.closes_at or not command.opens_at < command.closes_at:
        raise TimesUnclear
    known = {one.choice for one in command.choices}
    if len(known) < max(2, len(command.choices)) or not 0 < command.most_choices < len(known):
        raise ChoicesUnclear
    if any(one.cost_pence > command.pot_pence for one in command.choices):
        raise ChoiceTooDear
    if len({one.agency for one in command.organisers}) < len(command.organisers):
        raise OrganiserTwice
    return VoteOpened(
        vote=command.vote,
        partnership=command.partnership,
        strategy=command.strategy,
        title=command.title,
        question=command.question,
        pot_pence=command.pot_pence,
        choices=command.choices,
        most_choices=command.most_choices,
        organisers=command.organisers,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        marking=command.marking,
        opened_by=command.opened_by,
    )


def _hand_out(command: HandOutTokens, vote: Open) -> TokensHandedOut:
    """Tokens may be given out before voting begins. Refuses: VoteOver, Missing, TooManyTokens."""
    if command.now >= vote.opened.closes_at:
        raise VoteOver
    agreed = {one.agency: one.most_tokens for one in vote.opened.organisers}
    if command.organiser not in agreed:
        raise Missing
    given = vote.handed_out(command.organiser)
    if given + len(command.tokens) > agreed[command.organiser]:
        raise TooManyTokens
    return TokensHandedOut(
        batch=command.batch,
        organiser=command.organiser,
        tokens=command.tokens,
        handed_out_by=command.handed_out_by,
    )


def _withdraw(command: WithdrawTokens, vote: Open) -> TokensWithdrawn:
    """Refuses: VoteOver, BatchUnknown."""
    batch = vote.batches.get(command.batch)
    if batch is None or batch.organiser != command.organiser:
        raise BatchUnknown
    return TokensWithdrawn(
        batch=command.batch,
        withdrawn_by=command.withdrawn_by,
        voting=command.now >= vote.opened.opens_at,
    )


def _close(command: CloseVote, vote: Open) -> VoteClosed:
    """Refuses: VoteOver, VoteStillOpen."""
    if command.now < vote.opened.closes_at:
        raise VoteStillOpen
    return VoteClosed(closed_by=command.closed_by)


def _answer(command: AnswerVote, vote: Vote) -> VoteAnswered:
    """Said again, it replaces what was said before. Refuses: Missing, VoteStillOpen."""
    match vote:
        case Unopened():
            raise Missing
        case Open():
            raise VoteStillOpen
        case Closed():
            return VoteAnswered(answer=command.answer, answered_by=command.answered_by)


def evolve(vote: Vote, event: VoteEvent) -> Vote:
    """The vote after one more fact."""
    match event:
        case VoteOpened():
            return Open(opened=event)
        case TokensHandedOut():
            if not isinstance(vote, Open):
                return vote
            batches = {**vote.batches, event.batch: event}
            return replace(vote, batches=batches, tokens=vote.tokens.union(event.tokens))
        case TokensWithdrawn():
            if not isinstance(vote, Open) or event.batch not in vote.batches:
                return vote
            return _without(vote, event)
        case VoteClosed():
            return Closed(opened=vote.opened) if isinstance(vote, Open) else vote
        case VoteAnswered():
            return vote


def _without(vote: Open, withdrawn: TokensWithdrawn) -> Open:
    batch = vote.batches[withdrawn.batch]
    left = {key: one for key, one in vote.batches.items() if key != withdrawn.batch}
    gone = vote.gone
    if withdrawn.voting:
        used = gone.get(batch.organiser, 0) + len(batch.tokens)
        gone = {**gone, batch.organiser: used}
    return replace(vote, batches=left, tokens=vote.tokens.difference(batch.tokens), gone=gone)


VOTE: Decider[VoteCommand, Vote, VoteEvent] = Decider(
    category="vote",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(VoteEvent),
)

"""The rules of a ballot. Pure: no clock, no I/O, no chance.

Law: one token, one ballot. A stream is one spent token, so the log itself keeps the second out.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.needs.ballots.commands import BallotCommand, CastBallot
from services.needs.ballots.events import BallotCast, BallotEvent
from services.needs.ballots.refusals import (
    ChoiceUnknown,
    NothingChosen,
    TokenUnknown,
    TokenUsed,
    TooManyChoices,
)
from services.needs.votes.refusals import VoteNotBegun, VoteOver
from services.needs.votes.state import Closed, Open, Unopened
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider


def decide(command: BallotCommand, used: bool) -> Sequence[BallotEvent]:
    """Refuses: Missing, VoteOver, VoteNotBegun, TokenUnknown, TokenUsed, then what was chosen."""
    vote = _taking(command)
    if command.token not in vote.tokens:
        raise TokenUnknown(pointer="/body/token")
    if used:
        raise TokenUsed(pointer="/body/token")
    _check(command.choices, vote)
    chosen = frozenset(command.choices)
    return [
        BallotCast(
            vote=vote.opened.vote,
            receipt=command.receipt,
            choices=tuple(c.choice for c in vote.opened.choices if c.choice in chosen),
        )
    ]


def _taking(command: CastBallot) -> Open:
    """The vote, if it takes ballots now. Refuses: Missing, VoteOver, VoteNotBegun."""
    match command.vote:
        case Unopened():
            raise Missing
        case Closed():
            raise VoteOver
        case Open() as vote:
            if command.now < vote.opened.opens_at:
                raise VoteNotBegun
            if not vote.takes_ballots(command.now):
                raise VoteOver
            return vote


def _check(choices: Sequence[str], vote: Open) -> None:
    """Refuses: NothingChosen, ChoiceUnknown, TooManyChoices. A choice ticked twice counts once."""
    chosen = frozenset(choices)
    if not chosen:
        raise NothingChosen(pointer="/body/choices")
    if not chosen.issubset(one.choice for one in vote.opened.choices):
        raise ChoiceUnknown(pointer="/body/choices")
    if len(chosen) > vote.opened.most_choices:
        raise TooManyChoices(
            f"You have ticked {len(chosen)} boxes; tick {vote.opened.most_choices} at most.",
            pointer="/body/choices",
        )


def evolve(_: bool, event: BallotEvent) -> bool:
    """A token is spent once its ballot is cast."""
    match event:
        case BallotCast():
            return True


BALLOT: Decider[BallotCommand, bool, BallotEvent] = Decider(
    category="ballot", initial=False, decide=decide, evolve=evolve, events=(BallotCast,)
)

"""What may be asked of a ballot: that it be cast. No command says who asks."""

from __future__ import annotations

from datetime import datetime

from services.needs.votes.state import Vote
from shared.eventsourcing.commands import Command


class CastBallot(Command, frozen=True, kw_only=True):
    """`token` is the hash of the token shown; it is compared and goes nowhere."""

    vote: Vote
    token: str
    receipt: str
    choices: tuple[str, ...]
    now: datetime


BallotCommand = CastBallot

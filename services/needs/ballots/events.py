"""The one fact of a ballot. It says what was chosen, never by whom or with which token.

The stream's id is the vote and a mark made of the token with a key that is destroyed when the vote
closes: it keeps a token from being used twice, and leads to no token once the key is gone.
"""

from __future__ import annotations

from shared.eventsourcing.events import Event


class BallotCast(Event, frozen=True, kw_only=True, tag="needs.ballot-cast.v1"):
    vote: str
    receipt: str
    choices: tuple[str, ...]


BallotEvent = BallotCast

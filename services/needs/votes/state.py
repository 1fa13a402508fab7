"""What a vote is at any time. Pure."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.needs.votes.events import TokensHandedOut, VoteOpened
from shared.published.terms import AgencyId


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a vote."""


class Unopened(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Open(State, frozen=True, kw_only=True):
    """Tokens are handed out and, between its times, ballots are cast. `gone` are those of each
    organiser that were withdrawn when they may have been voted with.
    """

    opened: VoteOpened
    batches: dict[str, TokensHandedOut] = {}
    tokens: frozenset[str] = frozenset()
    gone: dict[AgencyId, int] = {}

    def takes_ballots(self, now: datetime) -> bool:
        return self.opened.opens_at <= now < self.opened.closes_at

    def handed_out(self, organiser: AgencyId) -> int:
        """How many tokens an organiser has given out that were voted with, or may be."""
        held = (len(one.tokens) for one in self.batches.values() if one.organiser == organiser)
        return sum(held) + self.gone.get(organiser, 0)


class Closed(State, frozen=True, kw_only=True):
    """Counted in the open; no ballot comes any more."""

    opened: VoteOpened


Vote = Unopened | Open | Closed

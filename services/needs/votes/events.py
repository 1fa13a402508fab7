"""The facts of a vote on how a sum is shared out. No ballot and no token is among them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be voted for, in the words of those who vote, and what it costs."""

    choice: str
    title: str
    about: str
    cost_pence: int


class Organiser(msgspec.Struct, frozen=True, kw_only=True):
    """A school or a youth club that gives tokens out, and at most how many."""

    agency: AgencyId
    most_tokens: int


class VoteOpened(Event, frozen=True, kw_only=True, tag="needs.vote-opened.v1"):
    """`marking` is the kept key that marks a spent token; it is destroyed when the vote closes."""

    vote: str
    partnership: PartnershipId
    strategy: str = ""
    title: str
    question: str
    pot_pence: int
    choices: tuple[Choice, ...]
    most_choices: int
    organisers: tuple[Organiser, ...]
    opens_at: datetime
    closes_at: datetime
    marking: TextRef
    opened_by: PersonId


class TokensHandedOut(Event, frozen=True, kw_only=True, tag="needs.tokens-handed-out.v1"):
    """`tokens` are hashes; the tokens themselves were shown once to the organiser."""

    batch: str
    organiser: AgencyId
    tokens: tuple[str, ...]
    handed_out_by: PersonId


class TokensWithdrawn(Event, frozen=True, kw_only=True, tag="needs.tokens-withdrawn.v1"):
    """A batch went astray. Ballots already cast with it count; nobody can tell which they are.

    `voting`: it was withdrawn once ballots were taken, so any of its tokens may have been used.
    """

    batch: str
    withdrawn_by: PersonId
    voting: bool = False


class VoteClosed(Event, frozen=True, kw_only=True, tag="needs.vote-closed.v1"):
    """No ballot comes after this; the count is what the ballots say."""

    closed_by: PersonId


class VoteAnswered(Event, frozen=True, kw_only=True, tag="needs.vote-answered.v1"):
    """What was done because of the vote, in plain words."""

    answer: TextRef
    answered_by: PersonId


VoteEvent = VoteOpened | TokensHandedOut | TokensWithdrawn | VoteClosed | VoteAnswered

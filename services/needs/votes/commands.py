"""What may be asked of a vote; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from services.needs.votes.events import Choice, Organiser
from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class OpenVote(Command, frozen=True, kw_only=True):
    vote: str
    partnership: PartnershipId
    strategy: str
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
    now: datetime


class HandOutTokens(Command, frozen=True, kw_only=True):
    """`tokens` are hashes of the tokens made for this batch."""

    batch: str
    organiser: AgencyId
    tokens: tuple[str, ...]
    handed_out_by: PersonId
    now: datetime


class WithdrawTokens(Command, frozen=True, kw_only=True):
    batch: str
    organiser: AgencyId
    withdrawn_by: PersonId
    now: datetime


class CloseVote(Command, frozen=True, kw_only=True):
    closed_by: PersonId
    now: datetime


class AnswerVote(Command, frozen=True, kw_only=True):
    answer: TextRef
    answered_by: PersonId
    now: datetime


VoteCommand = OpenVote | HandOutTokens | WithdrawTokens | CloseVote | AnswerVote

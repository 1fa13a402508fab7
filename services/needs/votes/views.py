"""Votes as everyone may see them: what is asked, of whom, until when. No token is among it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from services.needs.votes.decider import VOTE
from services.needs.votes.events import (
    Choice,
    Organiser,
    TokensHandedOut,
    TokensWithdrawn,
    VoteAnswered,
    VoteClosed,
    VoteOpened,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import PartnershipId, TextRef


class VoteRow(Row, frozen=True, kw_only=True):
    """A vote. `batches` says how many tokens each batch has, and whose it is."""

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
    closed: bool = False
    batches: dict[str, tuple[str, int]]
    answer: TextRef | None = None
    version: int = 0

    def handed_out(self) -> dict[str, int]:
        """How many tokens each organiser has given out that are not withdrawn."""
        given = {one.agency: 0 for one in self.organisers}
        for organiser, size in self.batches.values():
            given[organiser] = given.get(organiser, 0) + size
        return given


def fold(row: VoteRow | None, recorded: Recorded) -> VoteRow | None:
    """The row after one more event of its vote."""
    event = recorded.event
    if isinstance(event, VoteOpened):
        row = VoteRow(
            vote=event.vote,
            partnership=event.partnership,
            strategy=event.strategy,
            title=event.title,
            question=event.question,
            pot_pence=event.pot_pence,
            choices=event.choices,
            most_choices=event.most_choices,
            organisers=event.organisers,
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            batches={},
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: VoteRow, event: object) -> VoteRow:
    match event:
        case TokensHandedOut():
            batch = (event.organiser, len(event.tokens))
            return replace(row, batches={**row.batches, event.batch: batch})
        case TokensWithdrawn():
            left = {key: one for key, one in row.batches.items() if key != event.batch}
            return replace(row, batches=left)
        case VoteClosed():
            return replace(row, closed=True)
        case VoteAnswered():
            return replace(row, answer=event.answer)
        case _:
            return row


VOTES: View[VoteRow] = View(
    name="votes",
    source="needs",
    row=VoteRow,
    events=VOTE.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership",),
)

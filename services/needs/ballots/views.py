"""Ballots under their receipts, and how many votes each choice has."""

from __future__ import annotations

from msgspec.structs import replace

from services.needs.ballots.decider import BALLOT
from services.needs.ballots.events import BallotCast
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View


class BallotRow(Row, frozen=True, kw_only=True):
    """One ballot. Rows lie in the order of their receipts, which is that of chance."""

    vote: str
    receipt: str
    choices: tuple[str, ...]


class TallyRow(Row, frozen=True, kw_only=True):
    """How many ballots a vote has, and how many votes each of its choices."""

    vote: str
    ballots: int
    votes: dict[str, int]


def _cast(recorded: Recorded) -> BallotCast:
    event = recorded.event
    assert isinstance(event, BallotCast)
    return event


def fold_ballot(_: BallotRow | None, recorded: Recorded) -> BallotRow | None:
    cast = _cast(recorded)
    return BallotRow(vote=cast.vote, receipt=cast.receipt, choices=cast.choices)


def no_ballots(vote: str) -> TallyRow:
    return TallyRow(vote=vote, ballots=0, votes={})


def fold_tally(row: TallyRow | None, recorded: Recorded) -> TallyRow | None:
    """The tally after one more ballot."""
    cast = _cast(recorded)
    row = row or no_ballots(cast.vote)
    votes = row.votes | {one: row.votes.get(one, 0) + 1 for one in cast.choices}
    return replace(row, ballots=row.ballots + 1, votes=votes)


BALLOTS: View[BallotRow] = View(
    name="ballots",
    source="needs",
    row=BallotRow,
    events=BALLOT.events,
    key=lambda recorded: _cast(recorded).receipt,
    fold=fold_ballot,
    indexes=("vote",),
)
TALLIES: View[TallyRow] = View(
    name="tallies",
    source="needs",
    row=TallyRow,
    events=BALLOT.events,
    key=lambda recorded: _cast(recorded).vote,
    fold=fold_tally,
)

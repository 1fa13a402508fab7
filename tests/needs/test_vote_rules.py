"""The rules of a vote and of its ballots, as sentences; and that the count is the ballots."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.needs.ballots.commands import CastBallot
from services.needs.ballots.decider import BALLOT
from services.needs.ballots.events import BallotCast
from services.needs.ballots.refusals import (
    ChoiceUnknown,
    NothingChosen,
    TokenUnknown,
    TokenUsed,
    TooManyChoices,
)
from services.needs.ballots.views import TallyRow, fold_tally, no_ballots
from services.needs.votes import tokens
from services.needs.votes.commands import (
    AnswerVote,
    CloseVote,
    HandOutTokens,
    OpenVote,
    WithdrawTokens,
)
from services.needs.votes.counting import count, share_out
from services.needs.votes.decider import VOTE
from services.needs.votes.events import Choice, Organiser
from services.needs.votes.refusals import (
    AlreadyOpened,
    BatchUnknown,
    ChoicesUnclear,
    ChoiceTooDear,
    OrganiserTwice,
    TimesUnclear,
    TooManyTokens,
    VoteNotBegun,
    VoteOver,
    VoteStillOpen,
)
from shared.eventsourcing.commands import Missing, Refused
from shared.eventsourcing.events import Envelope, Meta, Recorded
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
OPENS, CLOSES = NOW + timedelta(days=1), NOW + timedelta(days=8)
VOTING = OPENS + timedelta(hours=1)
TEXT = TextRef(text=UUID(int=1), digest="d")
CHOICES = tuple(
    Choice(choice=f"c{n}", title=title, about="About it.", cost_pence=cost)
    for n, (title, cost) in enumerate(
        (("Bikes", 4_000_00), ("Music room", 6_000_00), ("Benches", 2_000_00), ("Trips", 6_000_00)),
        1,
    )
)


def opening(**changes: Any) -> OpenVote:
    fields: dict[str, Any] = {
        "vote": "v1", "partnership": "p1", "strategy": "", "title": "Your money",
        "question": "What should we pay for?", "pot_pence": 10_000_00, "choices": CHOICES,
        "most_choices": 2, "opens_at": OPENS, "closes_at": CLOSES, "marking": TEXT,
        "organisers": (
            Organiser(agency="school", most_tokens=3), Organiser(agency="club", most_tokens=2),
        ),
        "opened_by": "com", "now": NOW,
    }  # fmt: skip
    return OpenVote(**fields | changes)


def handing(*given_out: str, organiser: str = "school", batch: str = "b1") -> HandOutTokens:
    return HandOutTokens(
        batch=batch, organiser=organiser, tokens=given_out, handed_out_by="o", now=NOW
    )


def withdrawing(organiser: str = "school", now: datetime = NOW) -> WithdrawTokens:
    return WithdrawTokens(batch="b1", organiser=organiser, withdrawn_by="o", now=now)


def closing(now: datetime = CLOSES) -> CloseVote:
    return CloseVote(closed_by="com", now=now)


ANSWERING = AnswerVote(answer=TEXT, answered_by="com", now=CLOSES)
OPENED = Scenario(VOTE).when_done(opening())
HANDED = OPENED.when_done(handing("t1", "t2"))


def casting(*choices: str, now: datetime = VOTING, **of: Any) -> CastBallot:
    vote, token = of.get("vote", HANDED.state), of.get("token", "t1")
    return CastBallot(vote=vote, token=token, receipt="R", choices=choices, now=now)


def test_a_vote_has_a_time_and_choices_between_which_one_can_choose() -> None:
    fresh = Scenario(VOTE)
    fresh.when(opening(closes_at=OPENS)).then_refused(TimesUnclear)
    fresh.when(opening(opens_at=NOW - timedelta(9), closes_at=NOW)).then_refused(TimesUnclear)
    fresh.when(opening(choices=CHOICES[:1], most_choices=1)).then_refused(ChoicesUnclear)
    fresh.when(opening(choices=CHOICES[:1] * 2)).then_refused(ChoicesUnclear)
    fresh.when(opening(most_choices=4)).then_refused(ChoicesUnclear)
    fresh.when(opening(pot_pence=5_999_99)).then_refused(ChoiceTooDear)
    twice = (Organiser(agency="school", most_tokens=1),) * 2
    fresh.when(opening(organisers=twice)).then_refused(OrganiserTwice)
    OPENED.when(opening()).then_refused(AlreadyOpened)


def test_an_organiser_gives_out_no_more_tokens_than_were_agreed() -> None:
    OPENED.when(handing("t1", "t2", "t3", "t4")).then_refused(TooManyTokens)
    HANDED.when(handing("t3", "t4", batch="b2")).then_refused(TooManyTokens)
    HANDED.when_done(handing("t3", batch="b2"))
    OPENED.when(handing("t1", organiser="elsewhere")).then_refused(Missing)
    HANDED.when_done(closing()).when(handing("t3")).then_refused(VoteOver)


def test_a_batch_gone_astray_is_withdrawn_by_who_handed_it_out() -> None:
    HANDED.when(withdrawing("club")).then_refused(BatchUnknown)
    gone = HANDED.when_done(withdrawing())
    gone.when(withdrawing()).then_refused(BatchUnknown)
    gone.when_done(handing("t3", "t4", "t5", batch="b2"))
    cast = casting("c1", vote=gone.state)
    Scenario(BALLOT).when(cast).then_refused(TokenUnknown, pointer="/body/token")


def test_tokens_that_could_be_voted_with_are_not_given_out_again_when_withdrawn() -> None:
    spent = HANDED.when_done(withdrawing(now=OPENS))
    spent.when(handing("t3", "t4", batch="b2")).then_refused(TooManyTokens)
    spent.when_done(handing("t3", batch="b2"))
    OPENED.when_done(handing("t1", "t2", organiser="club"), withdrawing("club", now=VOTING)).when(
        handing("t3", organiser="club", batch="b2")
    ).then_refused(TooManyTokens)


def test_the_count_begins_after_the_closing_time_and_once() -> None:
    HANDED.when(closing(CLOSES - timedelta(seconds=1))).then_refused(VoteStillOpen)
    HANDED.when(ANSWERING).then_refused(VoteStillOpen)
    closed = HANDED.when_done(closing())
    closed.when(closing()).then_refused(VoteOver)
    assert closed.when(ANSWERING).events()
    Scenario(VOTE).when(ANSWERING).then_refused(Missing)
    Scenario(VOTE).when(closing()).then_refused(Missing)


def test_a_ballot_is_taken_between_the_times_and_at_no_other() -> None:
    fresh = Scenario(BALLOT)
    fresh.when(casting("c1", now=NOW)).then_refused(VoteNotBegun)
    fresh.when(casting("c1", now=CLOSES)).then_refused(VoteOver)
    closed = HANDED.when_done(closing()).state
    fresh.when(casting("c1", vote=closed)).then_refused(VoteOver)
    fresh.when(casting("c1", vote=Scenario(VOTE).state)).then_refused(Missing)


def test_a_token_counts_once_and_only_if_it_was_handed_out() -> None:
    fresh = Scenario(BALLOT)
    fresh.when(casting("c1", token="t9")).then_refused(TokenUnknown, pointer="/body/token")
    cast = fresh.when_done(casting("c1"))
    cast.when(casting("c2")).then_refused(TokenUsed, pointer="/body/token")


def test_a_ballot_holds_what_may_be_chosen() -> None:
    fresh = Scenario(BALLOT)
    fresh.when(casting()).then_refused(NothingChosen, pointer="/body/choices")
    fresh.when(casting("c9")).then_refused(ChoiceUnknown, pointer="/body/choices")
    fresh.when(casting("c1", "c2", "c3")).then_refused(TooManyChoices, pointer="/body/choices")
    ordered = BallotCast(vote="v1", receipt="R", choices=("c1", "c3"))
    fresh.when(casting("c3", "c1", "c3")).then(ordered)


def test_the_event_of_a_ballot_says_nothing_of_the_token() -> None:
    [cast] = Scenario(BALLOT).when(casting("c1")).events()
    assert set(cast.__struct_fields__) == {"vote", "receipt", "choices"}


def test_a_token_is_known_however_it_is_typed() -> None:
    token = tokens.new_token()
    typed = f" {token.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")
    assert tokens.fingerprint("v1", typed) == tokens.fingerprint("v1", token)
    assert tokens.fingerprint("v2", token) != tokens.fingerprint("v1", token)
    assert tokens.mark(b"k", typed) == tokens.mark(b"k", token)
    assert tokens.mark(b"other", token) != tokens.mark(b"k", token)


def test_most_votes_are_paid_first_and_what_is_too_dear_is_passed_over() -> None:
    votes = {"c2": 5, "c4": 4, "c1": 4, "c3": 1}
    shared = share_out(10_000_00, CHOICES, votes)
    assert [(one.choice, one.funded, one.left_pence) for one in shared] == [
        ("c2", True, 4_000_00),
        ("c1", True, 0),  # as many votes as the trips, and cheaper
        ("c4", False, 0),
        ("c3", False, 0),
    ]
    assert not any(one.funded for one in share_out(10_000_00, CHOICES, {}))


ATTEMPTS = some.lists(
    some.tuples(
        some.sampled_from([f"t{n}" for n in range(8)]),
        some.lists(some.sampled_from(["c1", "c2", "c3", "c4", "c5"]), max_size=4),
    ),
    max_size=40,
)


@given(attempts=ATTEMPTS, pot=some.integers(6_000_00, 20_000_00))
def test_the_count_equals_the_ballots(attempts: list[tuple[str, list[str]]], pot: int) -> None:
    """Whatever is tried: each token once, the tally what a recount finds, no pound spent twice."""
    known = some_vote([f"t{n}" for n in range(5)])
    spent: set[str] = set()
    cast: list[BallotCast] = []
    tally: TallyRow | None = None
    for n, (token, choices) in enumerate(attempts):
        command = CastBallot(
            vote=known, token=token, receipt=f"R{n}", choices=tuple(choices), now=VOTING
        )
        try:
            [ballot] = BALLOT.decide(command, token in spent)
        except Refused:
            continue
        spent.add(token)
        assert isinstance(ballot, BallotCast)
        cast.append(ballot)
        tally = fold_tally(tally, recorded(ballot, n))
    counted = tally or no_ballots("v1")
    assert counted.ballots == len(cast) == len(spent) <= 5
    assert len({one.receipt for one in cast}) == len(cast)
    assert counted.votes == count(one.choices for one in cast)
    by_hand = Counter(choice for one in cast for choice in one.choices)
    shared = share_out(pot, CHOICES, counted.votes)
    assert {one.choice: one.votes for one in shared if one.votes} == dict(by_hand)
    assert {one.choice for one in shared} == {one.choice for one in CHOICES}
    assert sum(one.cost_pence for one in shared if one.funded) == pot - shared[-1].left_pence
    assert shared[-1].left_pence >= 0
    assert all(a.votes >= b.votes for a, b in pairwise(shared))


def some_vote(known: list[str]) -> Any:
    many = (Organiser(agency="school", most_tokens=99),)
    return Scenario(VOTE).when_done(opening(organisers=many), handing(*known)).state


def recorded(event: BallotCast, n: int) -> Recorded:
    envelope = Envelope(
        position=n, publication=None, epoch=1, stream=f"ballot/v1:{n}", version=1, type="t",
        event_id=UUID(int=n), command_id=UUID(int=n), partition_key="", body=b"", meta=Meta(),
        effective_on=VOTING.date(), recorded_at=VOTING,
    )  # fmt: skip
    return Recorded(event, envelope)

"""The rules of a board meeting, as sentences: papers, quorum, interests, votes, decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.needs.meetings.commands import (
    ApproveMinutes,
    CallMeeting,
    CastVote,
    CloseMeeting,
    DeclareInterest,
    FilePaper,
    GiveHomeAuthority,
    OpenMeeting,
    RecordAttendance,
    TakeDecision,
)
from services.needs.meetings.decider import MEETING
from services.needs.meetings.events import (
    AgendaItem,
    MeetingOpened,
    MemberDeparted,
    MinutesApproved,
    PaperFiled,
    Vote,
)
from services.needs.meetings.quorum import quorum
from services.needs.meetings.refusals import (
    AlreadyCalled,
    AlreadyDecided,
    AlreadyVoted,
    AuthorityGiven,
    MeetingEarly,
    MeetingNotOpen,
    MeetingNotOver,
    MeetingOpen,
    MeetingOver,
    MeetingPast,
    MeetingTooFar,
    MemberInterested,
    MinutesAreApproved,
    NobodyPresides,
    NobodyVoted,
    NotBoardMember,
    NotCarried,
    NotLaterMeeting,
    NotPresent,
    NotPresiding,
    NotQuorate,
    PaperLate,
    PaperMissing,
    RulesNotSet,
    UnknownDecision,
    UnknownItem,
    UnknownMember,
    VotesEqual,
)
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.published.needs import DecisionTaken, HomeAuthorityGiven
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

CALLED_AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
HELD_AT = datetime(2026, 5, 6, 13, tzinfo=UTC)  # a Wednesday; Monday 4 May is a bank holiday
PAPERS_DUE = datetime(2026, 4, 28, 22, 59, 59, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
RULES = BoardRules(quorum_named=("council", "icb"), quorum_others=3)
BOARD = (
    BoardMember(person="cat", agency="council", chair=True),
    BoardMember(person="cal", agency="council"),
    BoardMember(person="ian", agency="icb"),
    BoardMember(person="pol", agency="police"),
    BoardMember(person="sam", agency="school"),
    BoardMember(person="pru", agency="probation"),
    BoardMember(person="tess", agency="trust"),
)
EVERYONE = tuple(member.person for member in BOARD)
AGENCY = {member.person: member.agency for member in BOARD}
AWARD = AgendaItem(item="i1", title="Counselling", about_kind="award", about="t1")
ALTER = AgendaItem(
    item="i2", title="Quorum", about_kind="other", about="p1", exempt=True, constitution=True,
    proposed=RULES,
)  # fmt: skip


def calling(**changes: object) -> CallMeeting:
    fields = {
        "meeting": "m1",
        "partnership": "p1",
        "held_at": HELD_AT,
        "agenda": (AWARD, ALTER),
        "rules": RULES,
        "called_by": "sec",
        "now": CALLED_AT,
    }
    return CallMeeting(**(fields | changes))  # type: ignore[arg-type]


def paper(item: str, at: datetime = CALLED_AT, urgent: TextRef | None = None) -> FilePaper:
    return FilePaper(
        paper=f"paper-{item}", item=item, title="Report", text=TEXT, exempt=False, urgent=urgent,
        now=at,
    )  # fmt: skip


def opening(*present: str, presiding: str = "", at: datetime = HELD_AT) -> OpenMeeting:
    return OpenMeeting(board=BOARD, rules=RULES, present=present, presiding=presiding, now=at)


def vote(person: str, way: Vote, item: str = "i1", *, casting: bool = False) -> CastVote:
    return CastVote(
        item=item, person=person, agency=AGENCY[person], vote=way, casting=casting, now=HELD_AT
    )


def interest(person: str, item: str = "i1") -> DeclareInterest:
    return DeclareInterest(item=item, person=person, agency=AGENCY[person], now=HELD_AT)


def departs(person: str) -> RecordAttendance:
    return RecordAttendance(person=person, present=False, now=HELD_AT)


def votes(ways: dict[str, Vote], item: str = "i1") -> list[CastVote]:
    return [vote(person, way, item) for person, way in ways.items()]


meeting = Scenario(MEETING)
called = meeting.when_done(calling())
papered = called.when_done(paper("i1"), paper("i2"))
sitting = papered.when_done(opening(*EVERYONE))
decision = TakeDecision(item="i1", now=HELD_AT)
ALL_FOR: dict[str, Vote] = dict.fromkeys(EVERYONE, "for")


def decided(past: Scenario, item: str = "i1") -> DecisionTaken:
    taken = past.when(TakeDecision(item=item, now=HELD_AT)).events()
    return cast(DecisionTaken, taken[0])


def test_papers_are_out_five_working_days_before_the_meeting() -> None:
    assert called.state.called.papers_due_at == PAPERS_DUE
    assert called.when(paper("i1", PAPERS_DUE)).events()
    late = PAPERS_DUE + timedelta(microseconds=1)
    called.when(paper("i1", late)).then_refused(PaperLate)
    filed = cast(PaperFiled, called.when(paper("i1", late, urgent=TEXT)).events()[0])
    assert filed.urgent == TEXT


def test_a_paper_on_an_exempt_item_is_exempt() -> None:
    assert cast(PaperFiled, called.when(paper("i2")).events()[0]).exempt
    assert not cast(PaperFiled, called.when(paper("i1")).events()[0]).exempt


def test_a_meeting_is_called_once_under_rules_for_a_time_ahead() -> None:
    called.when(calling()).then_refused(AlreadyCalled)
    meeting.when(calling(rules=None)).then_refused(RulesNotSet)
    meeting.when(calling(held_at=CALLED_AT)).then_refused(MeetingPast, "/body/held_at")
    never = datetime.max.replace(tzinfo=UTC)
    meeting.when(calling(held_at=never)).then_refused(MeetingTooFar, "/body/held_at")


def test_a_meeting_opens_on_its_day_with_its_chair_or_another_member_presiding() -> None:
    opened = papered.when(opening("ian", "cat")).events()[0]
    assert cast(MeetingOpened, opened).presiding == "cat"
    papered.when(opening("ian")).then_refused(NobodyPresides)
    papered.when(opening("ian", presiding="cat")).then_refused(NobodyPresides)
    instead = papered.when(opening("ian", presiding="ian")).events()[0]
    assert cast(MeetingOpened, instead).presiding == "ian"
    papered.when(opening("cat", "eve")).then_refused(UnknownMember, "/body/present")
    papered.when(opening("cat", at=HELD_AT - timedelta(days=1))).then_refused(MeetingEarly)
    sitting.when(opening("cat")).then_refused(MeetingOpen)


def test_a_decision_counts_for_against_abstained_and_who_took_no_part() -> None:
    ways: dict[str, Vote] = {"cat": "for", "ian": "for", "pol": "against", "sam": "abstain"}
    past = sitting.when_done(interest("tess"), *votes(ways))
    past.when(decision).then(
        DecisionTaken(
            partnership="p1",
            meeting="m1",
            decision="i1",
            about_kind="award",
            about="t1",
            carried=True,
            votes_for=2,
            votes_against=1,
            abstained=3,
            took_no_part=1,
            decided_on=date(2026, 5, 6),
        )
    )


def test_nothing_is_decided_without_a_paper_on_the_item() -> None:
    unpapered = called.when_done(paper("i2"), opening(*EVERYONE), *votes(ALL_FOR))
    unpapered.when(decision).then_refused(PaperMissing)


@pytest.mark.parametrize("away", ["council", "icb"])
def test_the_board_is_not_quorate_without_the_named_partners(away: str) -> None:
    there = tuple(person for person in EVERYONE if AGENCY[person] != away)
    past = papered.when_done(opening(*there, presiding="pol"), vote("pol", "for"))
    past.when(decision).then_refused(NotQuorate)


def test_two_others_are_too_few_and_three_are_enough() -> None:
    two = papered.when_done(opening("cat", "ian", "pol", "sam"), vote("cat", "for"))
    two.when(decision).then_refused(NotQuorate)
    three = two.when_done(RecordAttendance(person="pru", present=True, now=HELD_AT))
    assert decided(three).carried


def test_a_second_member_of_a_named_partner_is_no_other() -> None:
    past = papered.when_done(opening("cat", "cal", "ian", "pol", "sam"), vote("cat", "for"))
    past.when(decision).then_refused(NotQuorate)


def test_two_members_of_one_other_organisation_are_two_others() -> None:
    three = ("council", "icb", "police", "police", "school")
    assert quorum(RULES, three).quorate
    assert quorum(RULES, three).others == 3
    assert not quorum(RULES, three[:-1]).quorate


def test_the_quorum_is_tested_again_when_an_interested_member_leaves() -> None:
    just = papered.when_done(opening("cat", "ian", "pol", "sam", "pru"), vote("cat", "for"))
    assert decided(just).carried
    just.when_done(interest("pru")).when(decision).then_refused(NotQuorate)
    just.when_done(interest("ian")).when(decision).then_refused(NotQuorate)
    assert decided(just.when_done(interest("pru", "i2"))).carried


def test_the_quorum_is_lost_when_a_member_goes_home() -> None:
    just = papered.when_done(opening("cat", "ian", "pol", "sam", "pru"), vote("cat", "for"))
    just.when(departs("pru")).then(MemberDeparted(person="pru", departed_at=HELD_AT))
    just.when_done(departs("pru")).when(decision).then_refused(NotQuorate)


def test_a_member_with_an_interest_has_no_vote_and_a_vote_cast_before_is_not_counted() -> None:
    sitting.when_done(interest("pol")).when(vote("pol", "for")).then_refused(MemberInterested)
    ways: dict[str, Vote] = {"pol": "for", "ian": "against"}
    past = sitting.when_done(*votes(ways), interest("pol"))
    assert (decided(past).votes_for, decided(past).carried) == (0, False)
    assert sitting.when_done(interest("pol")).when(vote("pol", "for", "i2")).events()


def test_one_member_one_vote_and_only_of_those_present() -> None:
    sitting.when_done(vote("ian", "for")).when(vote("ian", "against")).then_refused(AlreadyVoted)
    sitting.when_done(departs("ian")).when(vote("ian", "for")).then_refused(NotPresent)
    stranger = CastVote(
        item="i1", person="eve", agency="icb", vote="for", casting=False, now=HELD_AT
    )
    sitting.when(stranger).then_refused(NotBoardMember)
    other = CastVote(
        item="i1", person="ian", agency="council", vote="for", casting=False, now=HELD_AT
    )
    sitting.when(other).then_refused(NotBoardMember)


def test_equal_votes_wait_for_the_casting_vote_of_whoever_presides() -> None:
    tied = sitting.when_done(vote("cat", "for"), vote("ian", "against"))
    tied.when(decision).then_refused(VotesEqual)
    tied.when(vote("ian", "for", casting=True)).then_refused(NotPresiding)
    carried = decided(tied.when_done(vote("cat", "for", casting=True)))
    assert (carried.carried, carried.casting_vote, carried.votes_for) == (True, True, 1)
    lost = decided(tied.when_done(vote("cat", "against", casting=True)))
    assert (lost.carried, lost.casting_vote) == (False, True)


def test_a_casting_vote_counts_only_where_votes_are_equal() -> None:
    past = sitting.when_done(
        vote("cat", "against"), vote("ian", "for"), vote("pol", "for"),
        vote("cat", "against", casting=True),
    )  # fmt: skip
    assert (decided(past).carried, decided(past).casting_vote) == (True, False)


def test_equal_votes_fall_where_whoever_presides_takes_no_part() -> None:
    tied = sitting.when_done(vote("ian", "for"), vote("pol", "against"), interest("cat"))
    assert not decided(tied).carried


@pytest.mark.parametrize(("against", "carried"), [(2, True), (3, False)])
def test_two_thirds_of_those_voting_change_the_constitution(against: int, carried: bool) -> None:
    ways: dict[str, Vote] = {"cat": "for", "cal": "for", "ian": "for", "pol": "for"}
    ways |= dict.fromkeys(("sam", "pru", "tess")[:against], "against")
    taken = decided(sitting.when_done(*votes(ways, "i2")), "i2")
    assert (taken.carried, taken.majority, taken.exempt) == (carried, "two-thirds", True)


@given(st.dictionaries(st.sampled_from(EVERYONE), st.sampled_from(["for", "against", "abstain"])))
def test_whatever_the_votes_the_majority_is_right(ways: dict[str, Vote]) -> None:
    counted = list(ways.values())
    yes, no = counted.count("for"), counted.count("against")
    simple = sitting.when_done(*votes(ways))
    if not yes + no:
        simple.when(decision).then_refused(NobodyVoted)
        return
    if yes == no:
        simple.when(decision).then_refused(VotesEqual)
    else:
        assert decided(simple).carried == (yes > no)
    constitution = decided(sitting.when_done(*votes(ways, "i2")), "i2")
    assert constitution.carried == (yes / (yes + no) >= 2 / 3 - 1e-9)
    assert constitution.abstained == len(EVERYONE) - yes - no


def test_an_item_is_decided_once_and_only_while_the_board_sits() -> None:
    done = sitting.when_done(*votes(ALL_FOR), decision)
    done.when(decision).then_refused(AlreadyDecided)
    done.when(vote("cat", "for")).then_refused(AlreadyDecided)
    done.when(interest("cat")).then_refused(AlreadyDecided)
    sitting.when(TakeDecision(item="i9", now=HELD_AT)).then_refused(UnknownItem)
    papered.when(decision).then_refused(MeetingNotOpen)
    closed = sitting.when_done(CloseMeeting(now=HELD_AT))
    closed.when(decision).then_refused(MeetingNotOpen)
    closed.when(paper("i1")).then_refused(MeetingOver)


def authority(agency: str) -> GiveHomeAuthority:
    return GiveHomeAuthority(
        decision="i1", agency=agency, authority="cabinet", given_by="cam", now=HELD_AT
    )


def test_a_partner_gives_its_home_authority_once_on_a_carried_decision() -> None:
    done = sitting.when_done(*votes(ALL_FOR), decision)
    given_authority = HomeAuthorityGiven(
        partnership="p1", decision="i1", agency="council", authority="cabinet", given_by="cam",
        effective_on=date(2026, 5, 6),
    )  # fmt: skip
    done.when(authority("council")).then(given_authority)
    closed = done.when_done(CloseMeeting(now=HELD_AT), authority("council"))
    closed.when(authority("council")).then_refused(AuthorityGiven)
    assert closed.when(authority("icb")).events()
    sitting.when(authority("council")).then_refused(UnknownDecision)
    lost = sitting.when_done(vote("cat", "against"), decision)
    lost.when(authority("council")).then_refused(NotCarried)


def approving(*, later: bool = True) -> ApproveMinutes:
    return ApproveMinutes(
        minutes=TEXT, approved_in="m2", later_meeting=later, recorded_by="sec", now=HELD_AT
    )


def test_minutes_are_approved_once_by_a_later_meeting() -> None:
    closed = sitting.when_done(CloseMeeting(now=HELD_AT))
    sitting.when(approving()).then_refused(MeetingNotOver)
    closed.when(approving(later=False)).then_refused(NotLaterMeeting)
    approved = MinutesApproved(minutes=TEXT, approved_in="m2", recorded_by="sec")
    closed.when(approving()).then(approved)
    closed.when_done(approving()).when(approving()).then_refused(MinutesAreApproved)

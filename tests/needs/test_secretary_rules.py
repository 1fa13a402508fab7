"""What a secretary records of a meeting: substitutes, hands, actions, authority, as sentences."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.needs.meetings.commands import (
    AgreeSubstitute,
    DeclareInterest,
    OpenMeeting,
    RecordHands,
    TakeDecision,
)
from services.needs.meetings.events import (
    AgendaItem,
    InterestDeclared,
    MeetingOpened,
    PaperFiled,
    SubstituteAgreed,
    Vote,
    VoteCast,
)
from services.needs.meetings.quorum import quorum
from services.needs.meetings.refusals import (
    AlterationUnstated,
    MeetingOpen,
    MemberInterested,
    NobodyPresides,
    NotBoardMember,
    NoticeOnly,
    NotPresent,
    NotQuorate,
    NotStoodInFor,
    OwnVoteStands,
    PaperMissing,
    SubstituteNotAgreed,
    SubstituteSits,
    VotesEqual,
)
from services.needs.partnerships.events import BoardMember, BoardRules
from shared.eventsourcing.commands import Refused
from tests.needs.test_meeting_rules import (
    ALL_FOR,
    BOARD,
    EVERYONE,
    HELD_AT,
    PAPERS_DUE,
    RULES,
    TEXT,
    called,
    calling,
    decided,
    decision,
    departs,
    meeting,
    opening,
    paper,
    papered,
    sitting,
    vote,
    votes,
)

TODAY = date(2026, 5, 6)
VICE = tuple(replace(member, vice=member.person == "ian") for member in BOARD)
ELECT = AgendaItem(item="i3", title="Chair", about_kind="other", about="p1", election=True)


def substitute(person: str = "pol", stands_in: str = "pat", by: str = "cat") -> AgreeSubstitute:
    return AgreeSubstitute(
        board=VICE, person=person, substitute=stands_in, agreed_by=by, now=HELD_AT
    )


def hands(ways: dict[str, Vote], casting: Vote | None = None, item: str = "i1") -> RecordHands:
    return RecordHands(item=item, votes=ways, casting=casting, recorded_by="sec", now=HELD_AT)


def test_a_substitute_has_the_members_seat_with_the_chairs_agreement() -> None:
    papered.when(substitute()).then(
        SubstituteAgreed(person="pol", substitute="pat", agreed_by="cat")
    )
    stood_in = papered.when_done(substitute())
    there = ("cat", "ian", "pat", "sam", "pru")
    opened = cast(MeetingOpened, stood_in.when(opening(*there)).events()[0])
    assert BoardMember(person="pat", agency="police") in opened.board
    assert "pol" not in {member.person for member in opened.board}
    sat = stood_in.when_done(opening(*there), hands({"pat": "for"}))
    assert decided(sat).votes_for == 1
    sat.when(hands({"pol": "for"})).then_refused(NotBoardMember)


@pytest.mark.parametrize(
    ("command", "refusal", "pointer"),
    [
        (substitute(person="eve"), NotStoodInFor, "/body/person"),
        (substitute(stands_in="sam"), SubstituteSits, "/body/substitute"),
        (substitute(by="sam"), SubstituteNotAgreed, ""),
    ],
)
def test_nobody_has_two_seats_or_one_without_agreement(
    command: AgreeSubstitute, refusal: type[Refused], pointer: str
) -> None:
    papered.when(command).then_refused(refusal, pointer)


def test_a_substitute_sits_for_one_member_and_is_agreed_beforehand() -> None:
    taken = papered.when_done(substitute())
    taken.when(substitute(person="sam")).then_refused(SubstituteSits, "/body/substitute")
    papered.when(substitute(by="ian")).then(
        SubstituteAgreed(person="pol", substitute="pat", agreed_by="ian")
    )
    sitting.when(substitute()).then_refused(MeetingOpen)


def test_the_vice_chair_presides_where_the_chair_is_away() -> None:
    away = OpenMeeting(board=VICE, rules=RULES, present=("ian",), presiding="", now=HELD_AT)
    assert cast(MeetingOpened, papered.when(away).events()[0]).presiding == "ian"
    neither = replace(away, present=("sam",))
    papered.when(neither).then_refused(NobodyPresides)
    chair_stood_in = papered.when_done(substitute("cat", "cy", by="ian"))
    there = replace(away, present=("cy", "ian"))
    assert cast(MeetingOpened, chair_stood_in.when(there).events()[0]).presiding == "ian"


def test_a_show_of_hands_is_recorded_and_corrected_until_the_decision() -> None:
    first = sitting.when(hands({"cat": "for", "ian": "against"})).events()
    assert first[0] == VoteCast(item="i1", person="cat", vote="for", recorded_by="sec")
    past = sitting.when_done(hands({"cat": "for", "ian": "against"}))
    past.when(hands({"cat": "for", "ian": "for"})).then(
        VoteCast(item="i1", person="ian", vote="for", recorded_by="sec")
    )
    corrected = past.when_done(hands({"ian": "for"}))
    assert (decided(corrected).votes_for, decided(corrected).votes_against) == (2, 0)


def test_a_vote_that_a_member_gave_is_not_written_over() -> None:
    past = sitting.when_done(vote("pol", "against"))
    past.when(hands({"cat": "for", "pol": "for"})).then_refused(OwnVoteStands)
    past.when(hands({"cat": "for"})).then(
        VoteCast(item="i1", person="cat", vote="for", recorded_by="sec")
    )


def test_hands_of_the_absent_and_the_interested_are_not_counted() -> None:
    sitting.when_done(departs("sam")).when(hands({"sam": "for"})).then_refused(NotPresent)
    told = DeclareInterest(item="i1", person="pol", recorded_by="sec", now=HELD_AT)
    sitting.when(told).then(InterestDeclared(item="i1", person="pol", recorded_by="sec"))
    sitting.when_done(told).when(hands({"pol": "for"})).then_refused(MemberInterested)
    sitting.when(replace(told, person="eve")).then_refused(NotBoardMember)


def test_a_casting_vote_is_recorded_with_the_hands() -> None:
    tied = sitting.when_done(hands({"cat": "for", "ian": "against"}))
    tied.when(decision).then_refused(VotesEqual)
    cast_ = tied.when_done(hands({}, casting="against"))
    assert (decided(cast_).carried, decided(cast_).casting_vote) == (False, True)
    away = tied.when_done(departs("cat"))
    away.when(hands({}, casting="for")).then_refused(NotPresent)


def test_without_a_casting_vote_in_the_constitution_equal_votes_fall() -> None:
    none = replace(RULES, casting_vote=False)
    opened = OpenMeeting(board=BOARD, rules=none, present=EVERYONE, presiding="", now=HELD_AT)
    tied = papered.when_done(opened, hands({"cat": "for", "ian": "against"}, casting="for"))
    assert (decided(tied).carried, decided(tied).casting_vote) == (False, False)


def test_only_an_election_is_decided_without_a_report() -> None:
    both = meeting.when_done(calling(agenda=(ELECT, replace(ELECT, item="i4", election=False))))
    sat = both.when_done(opening(*EVERYONE), hands(ALL_FOR, item="i3"), hands(ALL_FOR, item="i4"))
    assert decided(sat, "i3").carried
    sat.when(TakeDecision(item="i4", now=HELD_AT)).then_refused(PaperMissing)


def test_the_constitution_changes_only_by_what_was_notified() -> None:
    unstated = AgendaItem(
        item="i2", title="Rules", about_kind="other", about="p1", constitution=True
    )
    meeting.when(calling(agenda=(unstated,))).then_refused(
        AlterationUnstated, "/body/agenda/0/proposed"
    )
    late = called.when_done(
        paper("i2", PAPERS_DUE + timedelta(days=1), urgent=TEXT), opening(*EVERYONE),
        hands(ALL_FOR, item="i2"),
    )  # fmt: skip
    late.when(TakeDecision(item="i2", now=HELD_AT)).then_refused(NoticeOnly)


def test_a_constitution_may_ask_for_more_than_two_thirds() -> None:
    rules = replace(RULES, change_for=3, change_of=4)
    opened = OpenMeeting(board=BOARD, rules=rules, present=EVERYONE, presiding="", now=HELD_AT)
    ways: dict[str, Vote] = {"cat": "for", "cal": "for", "ian": "against"}
    assert not decided(papered.when_done(opened, hands(ways, item="i2")), "i2").carried
    ways |= {"pol": "for"}
    assert decided(papered.when_done(opened, hands(ways, item="i2")), "i2").carried


def test_what_is_confidential_is_exempt_and_so_are_its_papers() -> None:
    item = replace(ELECT, confidential=True, ground="business", election=False)
    past = meeting.when_done(calling(agenda=(item,)))
    assert past.state.items["i3"].item.exempt
    filed = cast(PaperFiled, past.when(paper("i3")).events()[0])
    assert (filed.exempt, filed.confidential, filed.ground) == (True, True, "business")


WAYS = st.dictionaries(st.sampled_from(EVERYONE), st.sampled_from(["for", "against", "abstain"]))
PEOPLE = st.sets(st.sampled_from(EVERYONE))


@given(WAYS, PEOPLE, PEOPLE, st.integers(0, 5), st.sampled_from(["for", "against"]))
def test_whoever_comes_leaves_and_votes_nothing_is_decided_against_the_rules(
    ways: dict[str, Vote], absent: set[str], interested: set[str], others: int, second: Vote
) -> None:
    """Counted over again here by hand: quorum, who may vote, majority, casting vote."""
    rules = replace(RULES, quorum_others=others)
    opened = OpenMeeting(board=BOARD, rules=rules, present=EVERYONE, presiding="", now=HELD_AT)
    past = papered.when_done(opened, *votes(ways), vote("cat", second, casting=True))
    past = past.when_done(*(departs(person) for person in sorted(absent)))
    past = past.when_done(
        *(
            DeclareInterest(item="i1", person=person, recorded_by="sec", now=HELD_AT)
            for person in sorted(interested)
        )
    )
    part = [member for member in BOARD if member.person not in absent | interested]
    agencies = [member.agency for member in part]
    outside = [agency for agency in agencies if agency not in ("council", "icb")]
    counted = [ways[member.person] for member in part if member.person in ways]
    yes, no = counted.count("for"), counted.count("against")
    if not {"council", "icb"} <= set(agencies) or len(outside) < others:
        past.when(decision).then_refused(NotQuorate)
        return
    try:
        taken = decided(past)
    except Refused:
        assert yes + no == 0
        return
    assert (taken.votes_for, taken.votes_against) == (yes, no)
    assert taken.abstained == len(part) - yes - no
    if yes != no:
        assert taken.carried == (yes > no)
        assert not taken.casting_vote
    else:
        presides = "cat" not in absent | interested
        assert taken.carried == (presides and second == "for")
        assert taken.casting_vote == presides


@given(st.lists(st.sampled_from(["council", "icb", "police", "school"])), st.integers(0, 6))
def test_one_more_member_never_loses_a_quorum(agencies: list[str], others: int) -> None:
    rules = BoardRules(quorum_named=("council", "icb"), quorum_others=others)
    before = quorum(rules, agencies)
    for joins in ("council", "icb", "police"):
        assert quorum(rules, [*agencies, joins]).quorate or not before.quorate
    assert before.others + sum(a in ("council", "icb") for a in agencies) == len(agencies)


@given(st.integers(0, 4), st.integers(0, 3), st.integers(2, 9), st.integers(2, 9))
def test_the_constitution_changes_by_the_share_it_says_exactly(
    yes: int, no: int, change_for: int, change_of: int
) -> None:
    rules = replace(RULES, quorum_named=(), quorum_others=0, change_for=change_for,
                    change_of=change_of)  # fmt: skip
    opened = OpenMeeting(board=BOARD, rules=rules, present=EVERYONE, presiding="", now=HELD_AT)
    ways: dict[str, Vote] = {
        person: "for" if n < yes else "against" for n, person in enumerate(EVERYONE[: yes + no])
    }
    past = papered.when_done(opened, hands(ways, item="i2"))
    if yes + no:
        share = Fraction(yes, yes + no)
        assert decided(past, "i2").carried == (share >= Fraction(change_for, change_of))

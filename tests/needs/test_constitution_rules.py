"""The constitution and those who hold office under it: versions, elections, extra meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.needs.partnerships.commands import (
    AnswerExtraRequest,
    AskExtraMeeting,
    ElectOfficers,
)
from services.needs.partnerships.events import (
    ExtraMeetingAsked,
    ExtraMeetingCalled,
    ExtraMeetingDue,
    OfficersElected,
)
from services.needs.partnerships.refusals import (
    AskedAlready,
    ElectionNotCarried,
    ExtraMeetingTooLate,
    MajorityTooSmall,
    NobodyAsked,
    NotOnBoard,
    OneOfficerTwice,
    ReceivedInFuture,
    RulesMissing,
)
from shared.eventsourcing.commands import Refused
from shared.published.terms import TextRef
from shared.values.working_days import working_days_between
from tests.needs.test_partnership_rules import NOW, ON, RULES, formed, named, rules

TEXT = TextRef(text=UUID(int=1), digest="d")
FIVE = ("ann", "bob", "cat", "dan", "eve")
board = formed.when_done(rules(), *(named(person, "council") for person in FIVE))
ELECTION = ElectOfficers(chair="ann", vice_chair="bob", decision="d1", elected_on=ON, now=NOW)


def asking(*persons: str, on: date = ON) -> AskExtraMeeting:
    return AskExtraMeeting(persons=persons, reason=TEXT, received_on=on, now=NOW)


def answering(on: date, at: datetime = NOW) -> AnswerExtraRequest:
    return AnswerExtraRequest(meeting="m1", held_on=on, now=at)


def test_each_change_is_a_version_of_the_constitution() -> None:
    assert board.state.version_of_rules == 1
    again = board.when_done(rules(replace(RULES, meetings_a_year=6), "d1"))
    assert (again.state.version_of_rules, again.state.rules.meetings_a_year) == (2, 6)


def test_no_constitution_lets_itself_be_changed_by_less_than_two_thirds() -> None:
    less = replace(RULES, change_for=3, change_of=5)
    board.when(rules(less, "d1")).then_refused(MajorityTooSmall, "/body/change_for")
    assert board.when(rules(replace(RULES, change_for=3, change_of=4), "d1")).events()


def test_the_board_chooses_its_chair_and_vice_chair_by_a_decision_of_its_own() -> None:
    board.when(ELECTION).then(
        OfficersElected(chair="ann", vice_chair="bob", decision="d1", elected_on=ON)
    )
    elected = board.when_done(ELECTION)
    held = {p: (m.chair, m.vice) for p, m in elected.state.board.items()}
    assert (held["ann"], held["bob"], held["cat"]) == (
        (True, False), (False, True), (False, False),
    )  # fmt: skip
    elected.when(replace(ELECTION, chair="cat")).then_refused(ElectionNotCarried)
    next_year = elected.when_done(replace(ELECTION, chair="cat", decision="d2"))
    assert [p for p, m in next_year.state.board.items() if m.chair] == ["cat"]


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"decision": ""}, ElectionNotCarried, ""),
        ({"vice_chair": "ann"}, OneOfficerTwice, "/body/vice_chair"),
        ({"chair": "zoe"}, NotOnBoard, ""),
    ],
)
def test_officers_are_two_members_whom_the_board_chose(
    changes: dict[str, str], refusal: type[Refused], pointer: str
) -> None:
    board.when(replace(ELECTION, **changes)).then_refused(refusal, pointer)


def test_four_members_have_a_meeting_within_ten_working_days() -> None:
    three = board.when_done(asking("ann", "bob", "cat"))
    assert three.state.hold_by is None
    three.when(asking("dan")).then(
        ExtraMeetingAsked(person="dan", reason=TEXT, received_on=ON),
        ExtraMeetingDue(hold_by=date(2026, 4, 17)),  # Good Friday and Easter Monday lie between
    )
    due = three.when_done(asking("dan"))
    due.when(answering(date(2026, 4, 17))).then(
        ExtraMeetingCalled(meeting="m1", held_on=date(2026, 4, 17))
    )
    due.when(answering(date(2026, 4, 20))).then_refused(ExtraMeetingTooLate, "/body/held_at")
    late = datetime(2026, 4, 18, 9, tzinfo=UTC)
    due.when(answering(date(2026, 4, 20), late)).then(
        ExtraMeetingCalled(meeting="m1", held_on=date(2026, 4, 20), late=True)
    )
    called = due.when_done(answering(date(2026, 4, 17)))
    called.when(answering(date(2026, 4, 17))).then_refused(NobodyAsked)


def test_a_member_asks_once_and_only_members_do() -> None:
    board.when(asking("zoe")).then_refused(NotOnBoard)
    board.when_done(asking("ann")).when(asking("ann", "bob")).then_refused(AskedAlready)
    tomorrow = date(2026, 4, 2)
    board.when(asking("ann", on=tomorrow)).then_refused(ReceivedInFuture, "/body/received_on")
    formed.when_done(named("ann", "council")).when(asking("ann")).then_refused(RulesMissing)


@given(
    st.lists(st.dates(date(2025, 1, 1), ON), min_size=5, max_size=5),
    st.integers(1, 5),
    st.integers(1, 20),
)
def test_the_days_run_from_the_request_that_was_still_needed(
    days: list[date], needed: int, working_days: int
) -> None:
    own = replace(RULES, extra_meeting_members=needed, extra_meeting_working_days=working_days)
    past = formed.when_done(rules(own), *(named(person, "council") for person in FIVE))
    came = sorted(days)
    past = past.when_done(*(asking(p, on=day) for p, day in zip(FIVE, came, strict=True)))
    hold_by = past.state.hold_by
    assert working_days_between(came[needed - 1], hold_by) == working_days

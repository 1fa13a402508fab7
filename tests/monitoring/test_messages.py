"""What the officer whom a contract names is told, and to whom it shows: rules and doors."""

from __future__ import annotations

from datetime import UTC, datetime

from services.monitoring.messages.commands import AppointOfficer, SeeMessage, TellOfficer
from services.monitoring.messages.decider import MESSAGES, NotAddressee
from services.monitoring.messages.events import MessageSeen, MessageSent, OfficerAppointed
from shared.eventsourcing.commands import Missing
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
DUE = datetime(2026, 7, 21, 22, 59, 59, tzinfo=UTC)


def appointing(officer: str) -> AppointOfficer:
    return AppointOfficer(contract="c1", officer=officer, now=NOW)


LATE = TellOfficer(news="return-late", about="2026-27-Q1", due_at=DUE, now=NOW)
NAMED = Scenario(MESSAGES).when_done(appointing("mo"))


def test_an_officer_is_told_of_the_appointment_once() -> None:
    appointed, sent = Scenario(MESSAGES).when(appointing("mo")).events()
    assert appointed == OfficerAppointed(contract="c1", officer="mo")
    assert isinstance(sent, MessageSent)
    assert (sent.message, sent.officer, sent.news) == ("c1:1", "mo", "appointed")
    NAMED.when(appointing("mo")).then_nothing()


def test_whoever_was_the_officer_is_told_that_it_is_over() -> None:
    _, before, after = NAMED.when(appointing("ned")).events()
    assert isinstance(before, MessageSent)
    assert isinstance(after, MessageSent)
    assert (before.officer, before.news, before.message) == ("mo", "relieved", "c1:2")
    assert (after.officer, after.news, after.message) == ("ned", "appointed", "c1:3")


def test_each_thing_is_told_once_to_the_officer_of_the_day() -> None:
    (sent,) = NAMED.when(LATE).events()
    assert isinstance(sent, MessageSent)
    assert (sent.officer, sent.about, sent.due_at) == ("mo", "2026-27-Q1", DUE)
    NAMED.given(sent).when(LATE).then_nothing()
    Scenario(MESSAGES).when(LATE).then_nothing()
    (again,) = NAMED.when_done(appointing("ned")).when(LATE).events()
    assert isinstance(again, MessageSent)
    assert again.officer == "ned"


def test_only_the_addressee_marks_a_message_as_seen_and_once() -> None:
    seen = SeeMessage(message="c1:1", seen_by="mo", now=NOW)
    NAMED.when(SeeMessage(message="c1:1", seen_by="ned", now=NOW)).then_refused(NotAddressee)
    NAMED.when(SeeMessage(message="c1:9", seen_by="mo", now=NOW)).then_refused(Missing)
    NAMED.when(seen).then(MessageSeen(message="c1:1", seen_at=NOW))
    NAMED.when_done(seen).when(seen).then_nothing()

"""What has come from a topic: without a gap, nothing twice, an incarnation at a time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from shared.eventsourcing.events import Envelope
from shared.feed.live import MOST_KEPT, Heard
from tests.shared.kafka.test_records import ENVELOPE


def record(number: int, epoch: int = 1) -> Envelope:
    return replace(ENVELOPE, position=number, publication=number, epoch=epoch)


def numbers(heard: Heard, after: int, limit: int = 100) -> list[int | None]:
    return [envelope.publication for envelope in heard.after(after, limit)]


@pytest.fixture
def heard() -> Heard:
    found = Heard()
    for number in (4, 5, 6):
        found.add(record(number))
    return found


def test_what_follows_is_given_as_often_as_it_is_asked_for(heard: Heard) -> None:
    assert numbers(heard, 4) == numbers(heard, 4) == [5, 6]
    assert numbers(heard, 3, limit=2) == [4, 5]
    assert numbers(heard, 6) == []


def test_nothing_is_given_over_a_hole(heard: Heard) -> None:
    assert numbers(heard, 2) == []
    assert heard.last == 6


def test_what_was_sent_twice_is_known(heard: Heard) -> None:
    for number in (5, 6, 4):
        heard.add(record(number))
    assert numbers(heard, 3) == [4, 5, 6]


def test_a_gap_begins_anew(heard: Heard) -> None:
    heard.add(record(9))
    assert (numbers(heard, 3), numbers(heard, 8)) == ([], [9])


def test_an_incarnation_begins_anew_though_its_numbers_were_used(heard: Heard) -> None:
    heard.add(record(5, epoch=2))
    assert [envelope.epoch for envelope in heard.after(4, 9)] == [2]
    assert heard.last == 5


def test_old_records_make_room() -> None:
    heard = Heard()
    for number in range(1, 3 * MOST_KEPT):
        heard.add(record(number))
    assert numbers(heard, 0) == []
    assert numbers(heard, 2 * MOST_KEPT, limit=1) == [2 * MOST_KEPT + 1]

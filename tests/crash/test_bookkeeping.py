"""The judge sees what is lost, what stands twice and what is missing behind a cause.

Law: each verdict of the storm is tried on logs that deserve it.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from goldenthread.demo.cast import FINANCE
from tests.crash.bookkeeping import Events, Line, by_root, holes, left_by, missing, twice
from tests.crash.caller import Answered, Asked

NAMES = UUID("00000000-0000-0000-0000-000000000001")
PAY = Asked(FINANCE, "POST", "/v1/contracts/c1/payments", {}, "key-1")


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


def line(
    position: int,
    command: UUID,
    type: str = "contracts.payment-prepared.v1",
    service: str = "contracts",
    cause: str = "",
    event: str = "",
) -> Line:
    happened = named(event or f"{service} {position}")
    return Line(
        service, position, position, type, happened, command, named(cause) if cause else None
    )


def answered(position: int) -> Answered:
    return Answered(PAY, {"id": "c1", "version": 1}, "contracts", position)


def test_what_stands_in_its_log_is_not_missing() -> None:
    lines = [line(1, named("other")), line(2, PAY.command_id)]
    assert list(missing([answered(2)], lines)) == []
    assert list(twice([answered(2)], lines)) == []


def test_what_was_accepted_and_stands_nowhere_is_lost() -> None:
    [said] = missing([answered(2)], [line(1, named("other"))])
    assert said == "POST /v1/contracts/c1/payments at contracts 2"


def test_another_service_having_the_command_is_no_excuse() -> None:
    lines = [line(1, PAY.command_id, service="needs")]
    assert list(missing([answered(1)], lines)) != []


def test_a_command_decided_twice_is_seen() -> None:
    lines = [line(1, PAY.command_id), line(2, named("other")), line(3, PAY.command_id)]
    assert len(list(twice([answered(1)], lines))) == 2
    assert len(list(twice([answered(3)], lines))) == 1


def test_events_go_back_to_the_command_that_began_it_all_across_services() -> None:
    lines = [
        line(1, PAY.command_id, "monitoring.return-accepted.v1", "monitoring", event="accepted"),
        line(1, named("reaction"), "contracts.payment-certified.v1", cause="accepted", event="c"),
        line(2, named("another"), "contracts.cost-charged.v1", cause="c"),
        line(3, named("somebody's")),
    ]
    assert left_by([PAY.command_id], by_root(lines)) == Events(
        {
            ("monitoring", "monitoring.return-accepted.v1"): 1,
            ("contracts", "contracts.payment-certified.v1"): 1,
            ("contracts", "contracts.cost-charged.v1"): 1,
        }
    )


def test_holes_are_seen_in_positions_and_publications() -> None:
    first, third = line(1, named("a")), line(3, named("b"))
    assert list(holes("contracts", [first, third])) != []
    unheard = line(2, named("c"))._replace(publication=3)
    assert list(holes("contracts", [first, unheard])) == [
        "the publications of contracts have holes"
    ]
    assert list(holes("contracts", [first, line(2, named("c"))._replace(publication=None)])) == []

"""What of an event an agency sees, and that every published event says whom it concerns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from services.gateway.partners.audience import EVERYONE, RULES, Relations
from services.gateway.partners.disclosure import NO_TEXT, visible
from services.gateway.partners.facts import Facts, fold
from services.gateway.partners.writing import CODEC
from shared.eventsourcing.events import Published, type_of
from shared.published import contracts, monitoring
from shared.published.terms import Reading, TextRef
from tests.architecture.test_published_events import PUBLISHED
from tests.gateway import story

EVERY = [event for events in PUBLISHED.values() for event in events]
RELATIONS = [
    frozenset(held)
    for held in (
        {"member"}, {"provider"}, {"commissioner"}, {"member", "commissioner"}, {"host"},
        {"member", "provider"}, {"public"}, {"procuring"},
    )
]  # fmt: skip
MEMBER: Relations = frozenset({"member"})
PROVIDER: Relations = frozenset({"provider"})


@pytest.fixture
def facts() -> Facts:
    known = Facts()
    for event in (story.FORMED, story.FUND_OPENED, story.SIGNED):
        fold(known, event)
    return known


def unruled(published: list[type[Published]]) -> set[type[Published]]:
    return set(published) - RULES.keys()


def test_every_published_event_says_whom_it_concerns() -> None:
    assert unruled(EVERY) == set()
    assert RULES.keys() - set(EVERY) == set(), "a rule for what nobody publishes"


def test_an_event_without_a_rule_would_be_found() -> None:
    class Unheard(Published, frozen=True, kw_only=True, tag="needs.unheard.v1"):
        """An event that somebody forgot."""

    assert unruled([*EVERY, Unheard]) == {Unheard}


def sample(event: type[Published], repository: Path) -> Published:
    type = type_of(event)
    body = repository / "tests/samples" / type.partition(".")[0] / f"{type}.json"
    return msgspec.json.decode(body.read_bytes(), type=event)


@pytest.mark.parametrize("event", EVERY, ids=type_of)
def test_a_copy_reads_as_the_same_event_and_every_rule_fits_its_class(
    event: type[Published], repository: Path, facts: Facts
) -> None:
    happened = sample(event, repository)
    RULES[event].unless_known(happened)
    concerned = RULES[event].concerned(happened, facts)
    assert EVERYONE not in concerned or len(concerned) == 1
    for relations in RELATIONS:
        copy = visible(happened, relations, facts)
        assert CODEC.decode(type_of(event), CODEC.encode(copy)) == copy
        assert type(copy) is event


def texts_in(value: object) -> list[TextRef]:
    match value:
        case TextRef():
            return [value]
        case msgspec.Struct():
            return [t for name in value.__struct_fields__ for t in texts_in(getattr(value, name))]
        case tuple():
            items: tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType]
            return [text for one in items for text in texts_in(one)]
        case _:
            return []


@pytest.mark.parametrize("event", PUBLISHED["monitoring"], ids=type_of)
def test_no_partner_is_told_of_a_text_between_provider_and_commissioner(
    event: type[Published], repository: Path, facts: Facts
) -> None:
    copy = visible(sample(event, repository), MEMBER, facts)
    assert set(texts_in(copy)) <= {NO_TEXT}


def test_a_story_and_its_breakdowns_go_to_the_two_alone(facts: Facts) -> None:
    sent = story.submitted(1, *story.READINGS)
    assert visible(sent, PROVIDER, facts) is sent
    assert visible(sent, frozenset({"member", "commissioner"}), facts) is sent

    copy = visible(sent, MEMBER, facts)
    assert isinstance(copy, monitoring.ReturnSubmitted)
    assert (copy.story, copy.breakdowns, copy.complaints, copy.compliments) == (None, (), 0, 12)
    assert copy.withheld == ("breakdowns", "complaints", "receipt", "story")
    assert copy.readings == story.READINGS, "nothing small in them"


@pytest.mark.parametrize(
    "small",
    [
        story.reading("m-seen", 7),
        story.reading("m-helped", 70, 7, 10),
        story.reading("m-helped", 90, 27, 30),
        story.reading("m-helped", 57, 4, 7),
    ],
    ids=["a value", "a numerator", "what is left of a whole", "a denominator"],
)
def test_no_count_under_eight_reaches_a_partner(small: Reading, facts: Facts) -> None:
    month = replace(story.reading(small.measure, 40), period="2026-27-M01")
    for event in (story.accepted(1, month, small), story.restated(2, month, small)):
        copy = visible(event, MEMBER, facts)
        assert isinstance(copy, monitoring.ReturnAccepted | monitoring.ReturnRestated)
        assert {one.status for one in copy.readings} == {"suppressed"}
        assert {one.value for one in copy.readings} == {None}
        assert {one.numerator for one in copy.readings} == {None}


def test_a_measure_the_contract_does_not_know_shows_nothing(facts: Facts) -> None:
    strange = Reading(measure="m-strange", period="2026-27-Q1", value=Decimal(900))
    copy = visible(story.accepted(1, strange), MEMBER, facts)
    assert isinstance(copy, monitoring.ReturnAccepted)
    assert copy.readings[0].value is None


def test_a_miss_tells_a_value_and_so_stays_between_the_two(facts: Facts) -> None:
    copy = visible(story.FLAGGED, MEMBER, facts)
    assert isinstance(copy, monitoring.UnderperformanceFlagged)
    assert (copy.misses, copy.withheld) == ((), ("misses",))
    assert visible(story.FLAGGED, PROVIDER, facts) == story.FLAGGED


def test_a_provider_is_not_told_who_prepared_its_payment_nor_of_the_impact_of_its_leaving(
    facts: Facts,
) -> None:
    paid = visible(story.PAID, PROVIDER, facts)
    assert isinstance(paid, contracts.PaymentMade)
    assert paid.prepared_by == ""
    ended = contracts.ContractTerminated(
        contract="c1", fund="f1", clause="30", impact_assessment="ia1", terminated_by="p-2",
        effective_on=story.DAY,
    )  # fmt: skip
    left = visible(ended, PROVIDER, facts)
    assert isinstance(left, contracts.ContractTerminated)
    assert left.impact_assessment == ""
    assert visible(ended, frozenset({"member", "provider"}), facts) == left
    assert visible(ended, MEMBER, facts) == ended


def test_what_was_accrued_and_an_incident_go_to_those_who_have_to_do_with_it(facts: Facts) -> None:
    accrued = contracts.ExpenditureAccrued(
        contract="c1", fund="f1", year="2026/27", accrual="ac1", element="Block", amount_pence=1,
        period="2026-27-Q1", proposed_by="p-1", approved_by="p-2", effective_on=story.DAY,
    )  # fmt: skip
    assert set(RULES[type(accrued)].concerned(accrued, facts)) == {"council", "icb"}
    outside = replace(story.terms(), commissioner="acorn")
    fold(facts, replace(story.SIGNED, terms=outside))
    assert set(RULES[type(accrued)].concerned(accrued, facts)) == {"council", "icb"}
    fold(facts, story.SIGNED)
    incident = RULES[monitoring.SeriousIncidentReported].concerned(story.INCIDENT, facts)
    assert set(incident) == {"council", "acorn"}

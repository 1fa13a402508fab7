"""A return accepted measure by measure pays on what is accepted, and nothing twice."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.contracts.contracts.commands import HearReturn
from services.contracts.contracts.events import CertificateBasisChanged
from shared.published.contracts import CertificationReversed, PaymentCertified
from shared.published.terms import FeePlusOutcomes, Rate, Reading
from shared.testing.scenarios import Scenario
from tests.contracts.parts import MEASURE, at, signing
from tests.contracts.test_mechanisms import drafted

Q1 = "2026-27-Q1"
NOW = at(2026, 7, 20)
PRICES = {"a": 3, "b": 5, "free": 0}
TWO = FeePlusOutcomes(
    fee_annual_pence=0,
    rates=(Rate(measure="a", price_pence=3), Rate(measure="b", price_pence=5)),
    outcome_cap_annual_pence=1_000,
)


def agreed(payment: FeePlusOutcomes) -> Scenario:
    measures = tuple(replace(MEASURE, measure=measure) for measure in PRICES)
    return drafted.when_done(signing(payment, "2026/27", "2027/28", measures=measures))


def heard(
    figures: dict[str, int], *measures: str, version: int = 1, now: datetime = NOW
) -> HearReturn:
    """The figures of the measures named, or of all where none is."""
    told = {name: figures[name] for name in measures} if measures else figures
    readings = tuple(Reading(measure=m, period=Q1, value=v) for m, v in told.items())  # pyright: ignore[reportArgumentType]
    return HearReturn(period=Q1, version=version, readings=readings, measures=measures, now=now)


def outcomes(past: Scenario, *commands: HearReturn) -> list[int]:
    """What is certified (and reversed, negative) on returns, in order."""
    found: list[int] = []
    for command in commands:
        for event in (outcome := past.when(command)).events():
            match event:
                case PaymentCertified() if event.element == "Outcome":
                    found.append(event.amount_pence)
                case CertificationReversed():
                    found.append(-event.amount_pence)
                case _:
                    pass
        past = past.given(*outcome.events())
    return found


FIGURES = {"a": 10, "b": 10, "free": 7}


def test_a_part_pays_on_what_is_accepted_and_the_rest_adds_to_it() -> None:
    part, whole = heard(FIGURES, "a"), heard(FIGURES)
    assert outcomes(agreed(TWO), part, whole) == [30, 50]
    assert outcomes(agreed(TWO), whole) == [80]


def test_the_same_part_twice_or_less_than_before_pays_nothing_more() -> None:
    a, ab, whole = heard(FIGURES, "a"), heard(FIGURES, "a", "b"), heard(FIGURES)
    assert outcomes(agreed(TWO), a, a, ab, a, ab, whole, ab, whole) == [30, 50, 0]


def test_a_part_that_nothing_is_paid_for_waits_for_the_rest() -> None:
    free, whole = heard(FIGURES, "free"), heard(FIGURES)
    assert outcomes(agreed(TWO), free, whole) == [80]


def test_a_part_replaced_by_another_version_is_reversed_once() -> None:
    a, b2 = heard(FIGURES, "a"), heard(FIGURES | {"b": 4}, "a", "b", version=2)
    assert outcomes(agreed(TWO), a, b2, heard(FIGURES | {"b": 4}, version=2)) == [30, -30, 50, 0]
    events = agreed(TWO).when_done(a).when(b2).events()
    assert sum(isinstance(event, CertificateBasisChanged) for event in events) == 1


def test_more_of_a_part_is_no_changed_basis() -> None:
    events = agreed(TWO).when_done(heard(FIGURES, "a")).when(heard(FIGURES)).events()
    assert not any(isinstance(event, CertificateBasisChanged) for event in events)


def test_parts_stay_within_the_cap_of_the_year() -> None:
    figures = {"a": 300, "b": 300, "free": 0}
    assert outcomes(agreed(TWO), heard(figures, "a"), heard(figures)) == [900, 100]


STEPS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from([(), ("a",), ("b",), ("free",), ("a", "b"), ("a", "free")]),
    ),
    max_size=12,
)


@given(STEPS, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=4, max_size=4))
def test_whatever_is_heard_in_whatever_order_what_stands_is_paid_once(
    steps: list[tuple[int, tuple[str, ...]]], figures: list[tuple[int, int]]
) -> None:
    """Restatements and parts, again and in any order: in the end as if computed anew."""
    versions = [{"a": a, "b": b, "free": 1} for a, b in figures]
    past, paid = agreed(TWO), 0
    version, measures = 0, frozenset[str]()
    for asked, part in steps:
        paid += sum(outcomes(past, heard(versions[asked - 1], *part, version=asked)))
        past = past.when_done(heard(versions[asked - 1], *part, version=asked))
        now = frozenset(part or PRICES)
        if asked > version:
            version, measures = asked, now
        elif asked == version and now > measures:
            measures = now
        stand = sum(versions[version - 1][m] * PRICES[m] for m in measures) if version else 0
        if measures & {"a", "b"} or measures == frozenset(PRICES):
            assert paid == min(1_000, stand)

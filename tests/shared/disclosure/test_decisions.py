"""What leaves by a measure's policy: level by level, rounded, with its symbol, never taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.disclosure.deciding import MONTHS, NOTHING, Decided, Said, decide, decisions
from shared.disclosure.rules import rule_of, strictest, tied
from shared.disclosure.showing import (
    breakdowns_shown,
    count_shown,
    readings_shown,
    rounded,
    symbol,
)
from shared.published.terms import BrokenDown, DisclosurePolicy, MeasureTerms, Reading
from tests.shared.disclosure.test_attackers import (
    EXACT,
    Q1,
    ROUNDED,
    better,
    measure,
    number,
    ratio,
    tied_measures,
)
from tests.shared.disclosure.test_attackers import (
    MONTHS as MONTHS_OF_Q1,
)

SEEN = measure(EXACT)


def said(version: int, *months: int, girls: int = 20, period: str = Q1) -> Said:
    total = sum(months)
    return Said(
        period=period,
        version=version,
        readings=(
            *(number(month, count) for month, count in zip(MONTHS_OF_Q1, months, strict=True)),
            number(period, total),
        ),
        breakdowns=(
            BrokenDown(measure="seen", breakdown="sex", group="girls", count=girls),
            BrokenDown(measure="seen", breakdown="sex", group="boys", count=total - girls),
        ),
    )


def shown(measures: Sequence[MeasureTerms], *history: Said) -> list[list[Decimal | None]]:
    """The values of each version as they leave, and after them the counts of its breakdowns."""
    decided = decisions(measures, history)
    terms = {one.measure: one for one in measures}
    found: list[list[Decimal | None]] = []
    for one in history:
        by = decided[one.period, one.version]
        values = [reading.value for reading in readings_shown(terms, one.period, one.readings, by)]
        counts = [Decimal(part.count) for part in breakdowns_shown(one.breakdowns, by)]
        found.append([*values, *counts])
    return found


def test_a_small_month_keeps_the_months_back_and_the_total_leaves() -> None:
    assert shown([SEEN], said(1, 4, 20, 20)) == [[None, None, None, 44, 20, 24]]
    assert shown([SEEN], said(1, 5, 20, 20)) == [[5, 20, 20, 45, 20, 25]]
    assert shown([SEEN], said(1, 0, 20, 20)) == [[0, 20, 20, 40, 20, 20]]


def test_a_small_group_keeps_its_breakdown_back_and_no_other_level() -> None:
    assert shown([SEEN], said(1, 10, 20, 20, girls=2)) == [[10, 20, 20, 50]]


def test_where_the_total_is_small_nothing_leaves() -> None:
    assert shown([SEEN], said(1, 4, 0, 0, girls=4)) == [[None, None, None, None]]


def test_without_a_policy_all_is_one_and_breakdowns_stay() -> None:
    assert shown([measure(None)], said(1, 7, 20, 20)) == [[None] * 4]
    assert shown([measure(None)], said(1, 0, 20, 20)) == [[None] * 4]
    assert shown([measure(None)], said(1, 8, 20, 20)) == [[8, 20, 20, 48]]


def test_a_restatement_leaves_as_its_return_left_or_not_at_all() -> None:
    first, small, large = said(1, 10, 20, 20), said(2, 3, 20, 20), said(3, 12, 20, 20)
    assert shown([SEEN], first, small, large)[1:] == [[None] * 4, [None] * 4]
    again = said(2, 12, 20, 20)
    assert shown([SEEN], said(1, 3, 20, 20), again)[1] == [None, None, None, 52, 20, 32]


def test_of_a_year_and_its_quarters_the_first_leaves() -> None:
    year = Said(period="2026-27-Y", version=1, readings=(number("2026-27-Y", 90),))
    assert shown([SEEN], said(1, 10, 20, 20), year)[1] == [None]
    assert shown([SEEN], year, said(1, 10, 20, 20)) == [[90], [None] * 4]


def test_a_month_that_nobody_gave_is_not_what_the_total_leaves_for_it() -> None:
    whole = said(1, 20, 3, 20)
    missing = Reading(measure="seen", period=MONTHS_OF_Q1[1], status="missing")
    some = replace(whole, readings=(whole.readings[0], missing, *whole.readings[2:]))
    assert shown([SEEN], some) == [[None, None, None, 43, 20, 23]]


def test_another_policy_between_two_versions_ends_what_leaves_of_a_return() -> None:
    before = decide([SEEN], said(1, 10, 20, 20), {})
    stricter = measure(DisclosurePolicy(suppress_up_to=7))
    after = decide([stricter], said(2, 10, 20, 20), {Q1: before})
    assert after.measures["seen"].levels == NOTHING


def test_a_later_version_whose_return_is_not_known_shows_nothing() -> None:
    assert decide([SEEN], said(2, 10, 20, 20), {}).measures["seen"].levels == NOTHING


def test_what_came_before_is_as_it_was_decided() -> None:
    first = decide([SEEN], said(1, 3, 20, 20), {})
    assert first.measures["seen"].levels == {MONTHS}
    assert decide([SEEN], said(1, 30, 20, 20), {Q1: first}) is first


def test_measures_that_count_the_same_children_leave_together() -> None:
    assert [len(group) for group in tied(tied_measures(EXACT))] == [3]
    assert [len(group) for group in tied([SEEN, measure(EXACT, "other")])] == [1, 1]
    rules = [rule_of(measure(policy)) for policy in (EXACT, ROUNDED, None)]
    assert strictest(rules[:2]) == rules[1]
    assert strictest(rules) == rules[2]
    told = Said(
        period=Q1, version=1,
        readings=(number(Q1, 40), number(Q1, 37, "helped"), ratio(Q1, 37, 40)),
    )  # fmt: skip
    assert shown(tied_measures(EXACT), told) == [[None, None, None]]


def test_a_percentage_is_that_of_the_rounded_counts() -> None:
    one = rounded(ratio(Q1, 12, 23), "percent", rule_of(better(ROUNDED)))
    assert (one.value, one.numerator, one.denominator) == (40, 10, 25)
    few = rounded(ratio(Q1, 5, 2000), "percent", rule_of(better(ROUNDED)))
    assert symbol("given", few.value, few.numerator) == "low"


def test_a_symbol_stands_for_every_reason_there_is_no_figure() -> None:
    assert [symbol(one) for one in ("missing", "not-applicable", "suppressed", "too-few")] == [
        "x", "z", "c", "u",
    ]  # fmt: skip
    assert [symbol("nil"), symbol("given", Decimal(0)), symbol("met", Decimal(9))] == ["", "", ""]
    assert [count_shown(count) for count in (None, 7, 8)] == [None, None, 8]


COUNTS = st.lists(st.integers(0, 15), min_size=3, max_size=3)
RETURNS = st.lists(
    st.tuples(st.sampled_from([Q1, "2026-27-Q2", "2026-27-Y"]), COUNTS), min_size=1, max_size=6
)


@given(RETURNS, st.sampled_from([EXACT, ROUNDED, None]))
def test_a_decision_once_taken_stands_and_shows_no_small_count(
    came: list[tuple[str, list[int]]], policy: DisclosurePolicy | None
) -> None:
    """Streaming: what is decided of each version as it comes is what is decided of all at last."""
    terms = measure(policy)
    versions: dict[str, int] = {}
    history: list[Said] = []
    for period, counts in came:
        versions[period] = versions.get(period, 0) + 1
        history.append(said(versions[period], *counts, girls=counts[0], period=period))
    at_last = decisions([terms], history)
    returns: dict[str, Decided] = {}
    for one in history:
        returns[one.period] = decide([terms], one, returns)
        assert returns[one.period] == at_last[one.period, one.version]
    rule = rule_of(terms)
    for true, values in zip(history, shown([terms], *history), strict=True):
        every = [reading.value for reading in true.readings]
        every += [Decimal(part.count) for part in true.breakdowns]
        for count, value in zip(every, values, strict=False):
            assert value is None or (count is not None and not rule.hides(count))
            assert value is None or value % rule.round_to == 0

"""The rules of matching, one by one, and what holds of all of them together."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.reconciliations.lines import RULES, Line, Rule, Settings
from services.gateway.reconciliations.matching import Found, match
from services.gateway.reconciliations.reasons import likely_reason, same_digits, with_vat
from services.gateway.reconciliations.sums import only_choice
from tests.gateway.reconciliations.books import line, year_of_lines

NO_TOLERANCE = Settings(tolerance_pence=0, tolerance_cap_pence=0)


def told(found: list[Found]) -> list[tuple[str, tuple[int, ...], tuple[int, ...], str]]:
    return [(one.rule, one.ours, one.theirs, one.reason) for one in found]


# -- rule by rule


def test_reference_amount_and_date_alike_match_exactly_however_the_reference_is_spelt() -> None:
    found = match([line(1, 500, 2, "pay-7/a")], [line(9, 500, 2, "PAY 7A")])
    assert told(found) == [("exact", (1,), (9,), "")]


def test_of_two_alike_and_one_only_one_is_matched_and_the_other_is_called_a_duplicate() -> None:
    found = match([line(1, 500, 2, "P7"), line(2, 500, 2, "P7")], [line(9, 500, 2, "P7")])
    assert told(found) == [("exact", (1,), (9,), ""), ("amount", (2,), (), "duplicate")]


def test_nothing_without_a_reference_matches_exactly() -> None:
    assert told(match([line(1, 500)], [line(9, 500)])) == [("window", (1,), (9,), "")]


@pytest.mark.parametrize(("days", "found"), [(0, 1), (3, 1), (4, 0)])
def test_the_window_is_counted_in_days(days: int, found: int) -> None:
    assert len(match([line(1, 500)], [line(9, 500, days)])) == found


def test_an_amount_that_comes_twice_in_the_window_is_left_to_a_person() -> None:
    assert match([line(1, 500), line(2, 500, 1)], [line(9, 500, 1)]) == []
    assert match([line(1, 500)], [line(8, 500), line(9, 500, 1)]) == []


def test_a_reference_in_common_narrows_the_choice() -> None:
    ours = [line(1, 500, 0, "A"), line(2, 500, 0, "B")]
    theirs = [line(8, 500, 1, "A"), line(9, 500, 1, "B")]
    assert told(match(ours, theirs)) == [("window", (1,), (8,), ""), ("window", (2,), (9,), "")]


def test_many_of_one_batch_match_the_one_line_that_names_it() -> None:
    ours = [line(n, -100 * n, n % 2, f"P{n}", "RUN-5") for n in (1, 2, 3)]
    assert told(match(ours, [line(9, -600, 6, "run 5")])) == [("batch", (1, 2, 3), (9,), "")]
    assert told(match([line(9, -600, 6, "run 5")], ours)) == [("batch", (9,), (1, 2, 3), "")]


def test_a_batch_that_does_not_add_up_does_not_match() -> None:
    ours = [line(n, -100 * n, 0, "", "RUN-5") for n in (1, 2, 3)]
    assert match(ours, [line(9, -601, 8, "RUN5")], NO_TOLERANCE) == []


def test_a_few_lines_that_make_one_exactly_are_proposed() -> None:
    ours = [line(1, 1111), line(2, 2222, 1), line(3, 4444, 2), line(4, 987)]
    assert told(match(ours, [line(9, 7777, 1)])) == [("sum", (1, 2, 3), (9,), "")]


def test_a_sum_that_can_be_made_in_two_ways_is_not() -> None:
    ours = [line(1, 100), line(2, 400), line(3, 200), line(4, 300)]
    assert match(ours, [line(9, 500)], NO_TOLERANCE) == []


def test_a_line_that_two_sums_want_is_given_to_neither() -> None:
    ours = [line(1, 111), line(2, 222), line(3, 555)]
    assert match(ours, [line(8, 333), line(9, 777)], NO_TOLERANCE) == []


def test_seven_lines_are_too_many_for_a_sum() -> None:
    ours = [line(n, 1 << n) for n in range(1, 8)]
    assert match(ours, [line(9, sum(one.amount_pence for one in ours))], NO_TOLERANCE) == []
    assert len(match(ours[:6], [line(9, sum(one.amount_pence for one in ours[:6]))])) == 1


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (5436, 5445, "transposition"),
        (-123456, -132456, "transposition"),
        (10000, 1000, "transposition"),
        (5436, -5436, "sign"),
        (10000, 12000, "vat"),
        (12001, 10001, "vat"),
        (10000, 10500, "unknown"),
        (777, 777, "late"),
    ],
)
def test_the_same_reference_with_another_amount_has_a_likely_reason(
    ours: int, theirs: int, reason: str
) -> None:
    found = match([line(1, ours, 0, "P1")], [line(9, theirs, 20, "P1")])
    assert told(found) == [("amount", (1,), (9,), reason)]


def test_a_difference_that_nine_divides_is_likely_a_transposition_and_any_other_is_not() -> None:
    assert same_digits(5445, 5454)
    assert not same_digits(5436, 5445)
    assert not same_digits(5436, -5445)
    assert not with_vat(0, 0)
    assert likely_reason(100, 109) == "transposition"
    assert likely_reason(100, 110) == "unknown"
    assert likely_reason(45, 54) == "transposition"
    assert likely_reason(-45, 54) == "unknown"


@settings(deadline=None)
@given(st.integers(1, 10**12), st.integers(0, 12), st.integers(0, 12))
def test_two_digits_changed_round_are_always_seen(pence: int, one: int, other: int) -> None:
    digits = list(str(pence))
    one, other = one % len(digits), other % len(digits)
    digits[one], digits[other] = digits[other], digits[one]
    changed = int("".join(digits))
    assert changed == pence or same_digits(pence, changed)


def test_a_few_pence_apart_are_within_tolerance_up_to_the_cap() -> None:
    ours = [line(n, 10_000 * n, n * 10) for n in (1, 2, 3)]
    theirs = [line(n, 10_000 * n + n, n * 10) for n in (1, 2, 3)]
    settings = Settings(tolerance_pence=3, tolerance_cap_pence=5)
    assert told(match(ours, theirs, settings)) == [
        ("tolerance", (1,), (1,), ""),
        ("tolerance", (2,), (2,), ""),
    ]
    assert match(ours, theirs, NO_TOLERANCE) == []


def test_what_a_person_refused_is_not_proposed_again() -> None:
    refused = frozenset({((1,), (9,))})
    assert match([line(1, 500)], [line(9, 500)], refused=refused) == []


def test_rules_tell_how_far_they_are() -> None:
    heard: list[tuple[str, int, int]] = []

    def hear(rule: Rule, done: int, of: int) -> None:
        heard.append((rule, done, of))

    match([line(1, 5)], [line(9, 5)], progress=hear)
    assert (
        [rule for rule, done, _ in heard if done == 0]
        == [
            *RULES[:2],  # the second leaves nothing to the rest, which begin and end at nought
            *[rule for rule in RULES[2:] for _ in range(2)],
        ]
    )


# -- laws

LINES = st.lists(
    st.builds(
        line,
        number=st.just(0),
        pence=st.integers(-30, 30),
        day=st.integers(0, 8),
        reference=st.sampled_from(["", "A", "B", "C1"]),
        batch=st.sampled_from(["", "", "RUN"]),
    ),
    max_size=24,
)


def numbered(lines: list[Line]) -> list[Line]:
    return [
        line(n, one.amount_pence, (one.on - line(0, 0).on).days, one.reference, one.batch)
        for n, one in enumerate(lines, 1)
    ]


@settings(deadline=None)
@given(LINES, LINES)
def test_every_line_is_in_at_most_one_match_and_every_match_adds_up(
    some: list[Line], others: list[Line]
) -> None:
    ours, theirs = numbered(some), numbered(others)
    found = match(ours, theirs)
    for side, lines in (("ours", ours), ("theirs", theirs)):
        held = Counter(number for one in found for number in getattr(one, side))
        assert set(held.values()) <= {1}
        assert held.keys() <= {one.number for one in lines}
    mine = {one.number: one.amount_pence for one in ours}
    other = {one.number: one.amount_pence for one in theirs}
    apart = 0
    for one in found:
        off = sum(mine[n] for n in one.ours) - sum(other[n] for n in one.theirs)
        if one.rule in ("exact", "window", "batch", "sum"):
            assert off == 0
        if one.rule == "tolerance":
            assert abs(off) <= Settings().tolerance_pence
            apart += abs(off)
    assert apart <= Settings().tolerance_cap_pence


@settings(deadline=None)
@given(LINES, LINES, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(
    some: list[Line], others: list[Line], chance: Random
) -> None:
    ours, theirs = numbered(some), numbered(others)
    found = match(ours, theirs)
    chance.shuffle(ours)
    chance.shuffle(theirs)
    assert match(ours, theirs) == found


@settings(deadline=None)
@given(st.lists(st.integers(1, 40), max_size=9), st.integers(1, 120))
def test_the_only_choice_is_what_trying_every_choice_finds(amounts: list[int], sought: int) -> None:
    amounts.sort(reverse=True)
    ways = [
        chosen
        for mask in range(1 << len(amounts))
        if 2 <= len(chosen := tuple(n for n in range(len(amounts)) if mask >> n & 1)) <= 6
        and sum(amounts[n] for n in chosen) == sought
    ]
    assert only_choice(sought, amounts)[0] == (ways[0] if len(ways) == 1 else None)


# -- causes put in on purpose


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_every_cause_put_in_is_found_by_its_rule(seed: int) -> None:
    """Twelve lines far enough apart in time that no cause can be taken for another."""
    chance = Random(seed)  # noqa: S311 - made up, not secret
    ours: list[Line] = []
    theirs: list[Line] = []
    expected: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def both(cause: str, mine: list[Line], other: list[Line]) -> None:
        ours.extend(mine)
        theirs.extend(other)
        expected[cause] = (tuple(o.number for o in mine), tuple(t.number for t in other))

    amount = [chance.randrange(12_345_00, 98_765_00) * 100 + 57 for _ in range(12)]
    both("exact", [line(1, amount[0], 0, "E")], [line(1, amount[0], 0, "e")])
    both("window", [line(2, amount[1], 20)], [line(2, amount[1], 22)])
    split = [amount[2] // 3, amount[2] // 4 + 1, amount[2] // 5 + 2]
    batch = [line(3 + n, part, 40 + n, "", "RUN9") for n, part in enumerate(split)]
    both("batch", batch, [line(3, sum(split), 44, "RUN9")])
    parts = [amount[3], amount[4] + 11, amount[5] + 777]
    few = [line(10 + n, part, 60 + n) for n, part in enumerate(parts)]
    both("sum", few, [line(4, sum(parts), 61)])
    both("sign", [line(20, amount[6], 80, "S")], [line(5, -amount[6], 80, "S")])
    both("vat", [line(21, 10 * amount[7], 100, "V")], [line(6, 12 * amount[7], 100, "V")])
    turned = 5_400_000_036
    both("transposition", [line(22, turned, 120, "T")], [line(7, turned + 27, 120, "T")])
    both("late", [line(23, amount[8], 140, "L")], [line(8, amount[8], 170, "L")])
    both("tolerance", [line(24, amount[9], 200)], [line(9, amount[9] + 7, 201)])
    both("first", [line(25, amount[10], 220, "D")], [line(10, amount[10], 220, "D")])
    both("duplicate", [line(26, amount[10], 221, "D")], [])
    both("nothing", [line(27, amount[11], 250)], [line(11, amount[11] + 5000, 300)])

    found = {(one.ours, one.theirs): one.reason or one.rule for one in match(ours, theirs)}
    for cause, pair in expected.items():
        if cause == "nothing":
            assert pair not in found
        else:
            assert found[pair] == ("exact" if cause == "first" else cause), cause
    assert len(found) == len(expected) - 1


def test_fifty_thousand_lines_against_fifty_thousand(capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = year_of_lines(50_000)
    began, worked = time.perf_counter(), time.process_time()
    found = match(ours, theirs)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    by_rule = Counter(one.rule for one in found)
    with capsys.disabled():
        print(f"\n50,000 x 50,000 lines in {took:.1f} s, {worked:.1f} of a core: {dict(by_rule)}")  # noqa: T201 - told
    assert by_rule["exact"] > 44_000
    assert by_rule["amount"] > 900

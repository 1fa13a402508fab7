"""The rules that figures keep before they are taken, one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from services.monitoring.returns.events import Explained
from services.monitoring.returns.looks import Look, Past, reported_periods
from services.monitoring.returns.offers import Counts, Figures, Offer, counted
from services.monitoring.returns.rules import RULES, problems
from shared.published.terms import BrokenDown, FeePlusOutcomes, Reading
from tests.monitoring.agreed import BUDGET, OFFER, Q1, SEEN, TERMS, TEXT, offer, readings


def found(given: Offer, past: Past | None = None) -> list[tuple[str, str]]:
    """The codes and pointers of what the rules find."""
    look = Look(given, TERMS, Q1, past or Past())
    return [(problem.code, problem.pointer) for problem in problems(look)]


def changed(n: int, **fields: object) -> Offer:
    """The right return with one reading changed."""
    listed = list(OFFER.readings)
    listed[n] = replace(listed[n], **fields)
    return replace(OFFER, readings=tuple(listed))


def test_a_return_that_is_right_has_no_problems() -> None:
    assert found(OFFER) == []
    assert found(Offer(nil=True)) == []


HARD: list[tuple[Offer, str, str]] = [
    (changed(0, measure="other"), "measure-unknown", "/body/readings/0/measure"),
    (changed(1, period="2026-27-Q2"), "period-wrong", "/body/readings/1/period"),
    (changed(1, period="2026-27-M01"), "duplicate-key", "/body/readings/1/measure"),
    (changed(3, value=None), "value-missing", "/body/readings/3/value"),
    (
        replace(OFFER, readings=OFFER.readings[1:]),
        "value-missing",
        "/body/readings/seen/2026-27-M01",
    ),
    (changed(0, status="missing"), "status-wrong", "/body/readings/0/status"),
    (changed(4, numerator=None), "parts-missing", "/body/readings/4/numerator"),
    (changed(0, value=Decimal(-1)), "value-out-of-range", "/body/readings/0/value"),
    (changed(4, value=Decimal(101)), "value-out-of-range", "/body/readings/4/value"),
    (
        changed(4, numerator=Decimal(33)),
        "numerator-above-denominator",
        "/body/readings/4/numerator",
    ),
    (changed(4, value=Decimal(10)), "percentage-does-not-follow", "/body/readings/4/value"),
    (replace(OFFER, breakdowns=()), "breakdown-missing", "/body/breakdowns/seen/sex"),
    (
        replace(OFFER, breakdowns=OFFER.breakdowns[:1]),
        "breakdown-does-not-add-up",
        "/body/breakdowns/seen/sex",
    ),
    (
        replace(OFFER, breakdowns=(*OFFER.breakdowns, OFFER.breakdowns[0])),
        "duplicate-key",
        "/body/breakdowns/2/group",
    ),
    (replace(OFFER, budget=()), "budget-missing", "/body/budget/Block"),
    (
        replace(OFFER, budget=(*BUDGET, replace(BUDGET[0], element="Fee"))),
        "element-unknown",
        "/body/budget/1/element",
    ),
    (
        replace(OFFER, budget=(replace(BUDGET[0], spent_pence=-1),)),
        "value-out-of-range",
        "/body/budget/0/spent_pence",
    ),
    (Offer(nil=True, readings=OFFER.readings[:1]), "nil-with-figures", "/body/nil"),
]


@pytest.mark.parametrize(("given", "code", "pointer"), HARD)
def test_what_cannot_be_right_is_found_where_it_stands(
    given: Offer, code: str, pointer: str
) -> None:
    assert (code, pointer) in found(given)


def test_every_rule_has_a_name_of_its_own_and_an_example() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    shown = {code for _, code, _ in HARD} | {"not-whole-pence"}
    assert {rule.code for rule in RULES if rule.stage == "hard"} == shown


def test_money_is_whole_pence() -> None:
    pence = replace(SEEN, unit="pence", breakdowns=())
    terms = replace(TERMS, measures=(pence,))
    part = Reading(measure="seen", period=Q1, value=Decimal("1.5"))
    look = Look(Offer(readings=(part,), budget=BUDGET), terms, Q1, Past())
    assert "not-whole-pence" in {problem.code for problem in problems(look)}


def test_identical_figures_need_an_explanation_and_only_for_that_measure() -> None:
    past = Past(last=readings("2025-26-Q4"))
    codes = [(p.code, p.measure) for p in problems(Look(OFFER, TERMS, Q1, past))]
    assert codes == [("identical-to-last", "seen"), ("identical-to-last", "better")]
    explained = replace(
        OFFER, explanations=(Explained(rule="identical-to-last", measure="seen", text=TEXT),)
    )
    left = problems(Look(explained, TERMS, Q1, past))
    assert [problem.measure for problem in left] == ["better"]
    of_all = replace(OFFER, explanations=(Explained(rule="identical-to-last", text=TEXT),))
    assert problems(Look(of_all, TERMS, Q1, past)) == ()


def test_a_figure_that_moves_further_than_usual_needs_an_explanation() -> None:
    steady = tuple(Decimal(n) for n in (30, 31, 30, 31, 30))
    near = Past(values={"seen": steady})
    assert found(offer(seen=33), near) == []
    assert found(offer(seen=34), near) == [("outside-expected-range", "/body/readings/3/value")]
    assert found(offer(seen=34), Past(values={"seen": steady[1:]})) == []


def test_a_missing_figure_needs_a_reason() -> None:
    gap = changed(0, value=None, status="missing")
    assert found(gap) == [("missing-without-reason", "/body/readings/0/status")]


def test_a_breakdown_that_is_mostly_unknown_needs_an_explanation() -> None:
    def unknown(count: int) -> Offer:
        parts = (
            BrokenDown(measure="seen", breakdown="sex", group="female", count=33 - count),
            BrokenDown(measure="seen", breakdown="sex", group="unknown", count=count),
        )
        return replace(OFFER, breakdowns=parts)

    assert found(unknown(6)) == []
    assert found(unknown(7)) == [("mostly-unknown", "/body/breakdowns/seen/sex")]


def test_what_only_needs_explaining_is_asked_when_nothing_is_wrong() -> None:
    both = replace(changed(0, value=None, status="missing"), budget=())
    assert [code for code, _ in found(both)] == ["budget-missing"]


def test_what_was_explained_last_time_is_marked() -> None:
    past = Past(explained=(("missing-without-reason", "seen"),))
    problem = problems(Look(changed(0, value=None, status="missing"), TERMS, Q1, past))[0]
    assert problem.previously_explained


def test_a_contract_that_starts_within_a_quarter_reports_its_own_months() -> None:
    late = replace(TERMS, starts_on=TERMS.starts_on.replace(month=6))
    assert reported_periods(late, Q1) == ("2026-27-M03", Q1)
    assert reported_periods(TERMS, "2026-27-M02") == ("2026-27-M02",)
    assert reported_periods(TERMS, "2026-27-Y") == ("2026-27-Y",)


def test_each_way_of_paying_answers_for_its_elements() -> None:
    fee = FeePlusOutcomes(fee_annual_pence=1, rates=(), outcome_cap_annual_pence=1)
    look = Look(OFFER, replace(TERMS, payment=fee), Q1, Past())
    lines = {problem.pointer for problem in problems(look)}
    assert {"/body/budget/Fee", "/body/budget/Outcome", "/body/budget/0/element"} <= lines


def test_figures_are_counted_against_the_version_before() -> None:
    before = Figures(readings=OFFER.readings[:2], budget=BUDGET)
    now = Figures(
        readings=(OFFER.readings[0], replace(OFFER.readings[1], value=Decimal(9))),
        breakdowns=OFFER.breakdowns,
        budget=BUDGET,
    )
    assert counted(before, now) == Counts(created=2, updated=1, unchanged=2)

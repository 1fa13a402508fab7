"""The rules that figures must keep before they are taken: data, with one test each.

Law: two stages; what only needs an explanation is asked about only where nothing is wrong. A return
is judged by the rules of its own period's financial year, however late it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

import msgspec

from services.monitoring.returns import hard_rules, soft_rules
from services.monitoring.returns.looks import At, Look
from shared.published.terms import FinancialYear, MeasureId
from shared.values.quarters import parse_year, year_of

Stage = Literal["hard", "soft"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One finding. `row` counts from 0 within its part; -1 is a measure or part as a whole."""

    code: str
    stage: Stage
    message: str
    part: str
    row: int = -1
    column: str = ""
    measure: MeasureId = ""
    previously_explained: bool = False

    @property
    def pointer(self) -> str:
        steps = [self.part, str(self.row) if self.row >= 0 else self.measure, self.column]
        return "/body/" + "/".join(step for step in steps if step)


class Holds(NamedTuple):
    """What holds where a rule is kept: for `each` of a kind, `where` this is so, it `must` be so.

    Comparisons are between the fields of the return, the words of the contract's terms and numbers.
    """

    each: str
    where: str
    must: str


class Rule(NamedTuple):
    """A rule as published. `says` is its test in a sentence; it holds for the periods of the
    financial years from `from_year` to `until_year`, both included, or without end.
    """

    code: str
    stage: Stage
    message: str
    fields: tuple[str, ...]
    says: str
    test: Holds
    find: Callable[[Look], Iterable[At]]
    from_year: FinancialYear = "2020/21"
    until_year: FinancialYear = ""

    def holds_in(self, year: FinancialYear) -> bool:
        starts = parse_year(year)
        ended = bool(self.until_year) and starts > parse_year(self.until_year)
        return parse_year(self.from_year) <= starts and not ended


def problems(look: Look, rules: tuple[Rule, ...] | None = None) -> tuple[Problem, ...]:
    """What is wrong; or, where nothing is, what needs an explanation and has none."""
    rules = RULES if rules is None else rules
    hard = tuple(_found("hard", look, rules))
    if hard:
        return hard
    given = {(one.rule, one.measure) for one in look.offer.explanations}
    return tuple(
        one
        for one in _found("soft", look, rules)
        if given.isdisjoint({(one.code, one.measure), (one.code, "")})
    )


def _found(stage: Stage, look: Look, rules: tuple[Rule, ...]) -> Iterator[Problem]:
    year = year_of(look.period)
    explained = set(look.past.explained)
    for rule in rules:
        if rule.stage != stage or not rule.holds_in(year):
            continue
        for at in rule.find(look):
            before = not explained.isdisjoint({(rule.code, at.measure), (rule.code, "")})
            yield Problem(
                code=rule.code,
                stage=stage,
                message=rule.message,
                part=at.part,
                row=at.row,
                column=at.column,
                measure=at.measure,
                previously_explained=stage == "soft" and before,
            )


RULES: tuple[Rule, ...] = (
    Rule("measure-unknown", "hard", "The contract has no such measure or breakdown.",
         ("measure", "breakdown"),
         "Every measure and breakdown of the return is one that the contract's terms name.",
         Holds("reading, breakdown", "",
              "measure in terms.measures and breakdown in terms.breakdowns"),
         hard_rules.unknown_measure),
    Rule("period-wrong", "hard", "This is not the return's period or one of its months.",
         ("period",), "Every reading is of the return's own period or of one of its months.",
         Holds("reading", "", "period = return.period or period in months of return.period"),
         hard_rules.wrong_period),
    Rule("element-unknown", "hard", "The contract is not paid by this element.",
         ("element",), "Every budget line is of an element that the contract's payment has.",
         Holds("budget", "", "element in terms.payment.elements"), hard_rules.unknown_element),
    Rule("duplicate-key", "hard", "This figure is here twice.",
         ("measure", "period", "group", "element"),
         "A measure and period, a measure's group and an element each come once.",
         Holds("reading, breakdown, budget", "", "key is unique"), hard_rules.duplicates),
    Rule("value-missing", "hard", "Every measure needs a value, or a status that says why not.",
         ("value", "status"),
         "Every measure has a reading for each month of the period and for the whole period; one"
         " that is given has a value.",
         Holds("measure of terms, period", "not nil", "reading exists; status = given needs value"),
         hard_rules.missing),
    Rule("status-wrong", "hard", "A value goes with the status given, and only with it.",
         ("value", "status"), "A reading that is missing or not applicable has no value.",
         Holds("reading", "status != given", "value is empty"), hard_rules.status_and_value),
    Rule("parts-missing", "hard", "A percentage needs its numerator and denominator.",
         ("numerator", "denominator"), "A percentage that is given has both its numbers.",
         Holds("reading", "unit = percent and status = given", "numerator and denominator exist"),
         hard_rules.parts_missing),
    Rule("value-out-of-range", "hard", "The figure is outside what is possible.",
         ("value", "numerator", "denominator", "count", "pence"),
         "No figure is below 0 or above 1,000,000,000,000; no percentage is above 100.",
         Holds("figure", "", "0 <= figure <= 10^12; unit = percent: value <= 100"),
         hard_rules.out_of_range),
    Rule("not-whole-pence", "hard", "Money is whole pence.",
         ("value",), "A measure in pence has no fractions.",
         Holds("reading", "unit = pence", "value mod 1 = 0"), hard_rules.not_whole_pence),
    Rule("numerator-above-denominator", "hard", "The part is larger than the whole.",
         ("numerator", "denominator"), "The numerator is not above the denominator.",
         Holds("reading", "", "numerator <= denominator"), hard_rules.numerator_above),
    Rule("percentage-does-not-follow", "hard", "The percentage is not that of its two numbers.",
         ("value", "numerator", "denominator"),
         "A percentage is 100 times its numerator over its denominator, to within 0.5, so that it"
         " may be rounded to whole numbers; the denominator is above 0.",
         Holds("reading", "unit = percent and status = given",
              "|value - 100 * numerator / denominator| <= 0.5"), hard_rules.does_not_follow),
    Rule("breakdown-missing", "hard", "The contract asks for this breakdown.",
         ("breakdown",), "Every breakdown in the terms has a group wherever its total is not 0.",
         Holds("breakdown of terms", "total > 0", "count of groups >= 1"),
         hard_rules.breakdown_missing),
    Rule("breakdown-does-not-add-up", "hard", "The groups do not add up to the whole.",
         ("count",),
         "The groups of a breakdown add up to the value of the whole period, or to the denominator"
         " where the measure is a percentage.",
         Holds("breakdown of terms", "", "sum of count = value; unit = percent: = denominator"),
         hard_rules.does_not_add_up),
    Rule("budget-missing", "hard", "A return says what was spent against budget.",
         ("element",), "Every element of the contract's payment has a budget line.",
         Holds("element of terms", "not nil", "budget line exists"), hard_rules.budget_missing),
    Rule("nil-with-figures", "hard", "A nil return has no figures.",
         ("nil",), "A nil return has no readings, breakdowns, complaints or compliments.",
         Holds("return", "nil", "no figures"), hard_rules.nil_with_figures),
    Rule("outside-expected-range", "soft", "The figure is outside the range expected of it.",
         ("value",),
         "The value of the whole period lies in the contract's expected range; where the contract"
         " has none and there are five earlier values, within their mean ± 2.66 mean moves.",
         Holds("reading", "period = return.period",
              "expected_from <= value <= expected_to; else |value - mean| <= 2.66 * mean move"),
         soft_rules.outside_expected),
    Rule("moving-range-large", "soft", "The figure moved further than it usually does.",
         ("value",),
         "The value moved from the last one by no more than 3.267 times the mean move of the"
         " earlier values, of which there are five or more.",
         Holds("reading", "period = return.period and earlier values >= 5",
              "|value - last| <= 3.267 * mean move"), soft_rules.moved_far),
    Rule("months-do-not-add-up", "soft", "The quarter does not go with its months.",
         ("value",),
         "The value of a quarter or year is not below its largest month and not above its months"
         " together, unless the measure is a stock.",
         Holds("reading", "unit in number, pence and not stock and every month has a value",
              "max(months) <= value <= sum(months)"), soft_rules.months_apart),
    Rule("missing-without-reason", "soft", "Say why the figure is missing.",
         ("status",), "A figure that is missing has an explanation.",
         Holds("reading", "status = missing", "explanation exists"),
         soft_rules.missing_without_reason),
    Rule("identical-to-last", "soft", "These are the figures of the last return.",
         ("value",), "A measure's figures are not all those of the return before, unless all 0.",
         Holds("measure", "any value != 0", "values != values of previous return"),
         soft_rules.identical),
    Rule("mostly-unknown", "soft", "More of this breakdown is unknown than the contract lets pass.",
         ("count",),
         "The group `unknown` is no more of a breakdown than the contract's share, a fifth where"
         " the contract says nothing.",
         Holds("breakdown of terms", "",
              "count of unknown * 10000 <= terms.most_unknown_basis_points * sum of count"),
         soft_rules.mostly_unknown),
)  # fmt: skip

AT_THE_DOOR: dict[str, str] = {
    "decimal-parsing": "A figure is a number.",
    "int-parsing": "A count and a sum in pence are whole numbers.",
    "string-pattern-mismatch": "A name, period or group is written as such are.",
    "literal-error": "A word is one of those the column takes.",
    "missing": "A cell that the row cannot do without is empty.",
    "extra-forbidden": "The return has no such field.",
    "part-unknown": "A row belongs to a part of the return.",
    "entry-unknown": "An entry of the part `other` has a name that a return knows.",
    "file-unreadable": "The file is a readable .csv or .xlsx.",
    "file-cut-short": "The file came whole.",
    "formula-refused": "No cell holds a formula.",
    "macros-refused": "The file holds no macros.",
    "too-large": "The file is no larger than a return can be.",
    "template-stale": "The template is of the contract's present terms.",
    "wrong-contract-or-period": "The file is of this contract and this period.",
}
"""What is asked of the shape of a return before any rule looks at its figures, by code."""

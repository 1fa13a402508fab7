"""The rules that figures must keep before they are taken: data, with one test each.

Law: two stages; what only needs an explanation is asked about only where nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from services.monitoring.returns import hard_rules, soft_rules
from services.monitoring.returns.looks import At, Look
from shared.published.terms import (
    MeasureId,
)
from shared.values.quarters import first_day

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


@dataclass(frozen=True)
class Rule:
    """A rule as published; it holds for periods that begin on or after `from_date`."""

    code: str
    stage: Stage
    message: str
    fields: tuple[str, ...]
    find: Callable[[Look], Iterable[At]]
    from_date: date = date(2020, 4, 1)


def problems(look: Look) -> tuple[Problem, ...]:
    """What is wrong; or, where nothing is, what needs an explanation and has none."""
    hard = tuple(_found("hard", look))
    if hard:
        return hard
    given = {(one.rule, one.measure) for one in look.offer.explanations}
    return tuple(
        one
        for one in _found("soft", look)
        if given.isdisjoint({(one.code, one.measure), (one.code, "")})
    )


def _found(stage: Stage, look: Look) -> Iterator[Problem]:
    begins = first_day(look.period)
    for rule in RULES:
        if rule.stage == stage and rule.from_date <= begins:
            for at in rule.find(look):
                yield Problem(
                    code=rule.code,
                    stage=stage,
                    message=rule.message,
                    part=at.part,
                    row=at.row,
                    column=at.column,
                    measure=at.measure,
                    previously_explained=(rule.code, at.measure) in look.past.explained,
                )


RULES: tuple[Rule, ...] = (
    Rule("measure-unknown", "hard", "The contract has no such measure or breakdown.",
         ("measure", "breakdown"), hard_rules.unknown_measure),
    Rule("period-wrong", "hard", "This is not the return's period or one of its months.",
         ("period",), hard_rules.wrong_period),
    Rule("element-unknown", "hard", "The contract is not paid by this element.",
         ("element",), hard_rules.unknown_element),
    Rule("duplicate-key", "hard", "This figure is here twice.",
         ("measure", "period", "group", "element"), hard_rules.duplicates),
    Rule("value-missing", "hard", "Every measure needs a value, or a status that says why not.",
         ("value", "status"), hard_rules.missing),
    Rule("status-wrong", "hard", "A value goes with the status given, and only with it.",
         ("value", "status"), hard_rules.status_and_value),
    Rule("parts-missing", "hard", "A percentage needs its numerator and denominator.",
         ("numerator", "denominator"), hard_rules.parts_missing),
    Rule("value-out-of-range", "hard", "The figure is outside what is possible.",
         ("value", "numerator", "denominator", "count", "pence"), hard_rules.out_of_range),
    Rule("not-whole-pence", "hard", "Money is whole pence.",
         ("value",), hard_rules.not_whole_pence),
    Rule("numerator-above-denominator", "hard", "The part is larger than the whole.",
         ("numerator", "denominator"), hard_rules.numerator_above),
    Rule("percentage-does-not-follow", "hard", "The percentage is not that of its two numbers.",
         ("value", "numerator", "denominator"), hard_rules.does_not_follow),
    Rule("breakdown-missing", "hard", "The contract asks for this breakdown.",
         ("breakdown",), hard_rules.breakdown_missing),
    Rule("breakdown-does-not-add-up", "hard", "The groups do not add up to the whole.",
         ("count",), hard_rules.does_not_add_up),
    Rule("budget-missing", "hard", "A return says what was spent against budget.",
         ("element",), hard_rules.budget_missing),
    Rule("nil-with-figures", "hard", "A nil return has no figures.",
         ("nil",), hard_rules.nil_with_figures),
    Rule("outside-expected-range", "soft", "The figure moved further than it usually does.",
         ("value",), soft_rules.moved_far),
    Rule("missing-without-reason", "soft", "Say why the figure is missing.",
         ("status",), soft_rules.missing_without_reason),
    Rule("identical-to-last", "soft", "These are the figures of the last return.",
         ("value",), soft_rules.identical),
    Rule("mostly-unknown", "soft", "More than a fifth of this breakdown is unknown.",
         ("count",), soft_rules.mostly_unknown),
)  # fmt: skip

"""Which counts are small by a measure's policy, and which measures are tied to one another.

Law: what is left of a whole is a count as well; measures that name the same children have one rule,
the strictest of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from shared.published.terms import MeasureTerms, Reading, Unit

FEWEST_SHOWN = 8
"""Without a policy, a count under this is for the provider and the contract manager alone."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Counts from `lowest` to `highest` do not leave; the others leave rounded to `round_to`.

    `by_level`: a return's total, its months and each breakdown are decided one after the other.
    Without, they are decided as one, and breakdowns never leave.
    """

    lowest: int
    highest: int
    round_to: int = 1
    by_level: bool = False

    def hides(self, count: Decimal | int) -> bool:
        """Whether a count is small."""
        if count == 0:
            return self.lowest == 0
        return 0 < count < self.highest + 1


WITHOUT_POLICY = Rule(lowest=0, highest=FEWEST_SHOWN - 1)


def rule_of(terms: MeasureTerms) -> Rule:
    policy = terms.disclosure
    if policy is None:
        return WITHOUT_POLICY
    return Rule(lowest=1, highest=policy.suppress_up_to, round_to=policy.round_to, by_level=True)


def strictest(rules: Iterable[Rule]) -> Rule:
    """The rule of measures that are tied: without a policy for one there is none for the others."""
    every = list(rules)
    if not all(rule.by_level for rule in every):
        return WITHOUT_POLICY
    return Rule(
        lowest=1,
        highest=max(rule.highest for rule in every),
        round_to=max(rule.round_to for rule in every),
        by_level=True,
    )


def counts(reading: Reading, unit: Unit) -> Iterator[Decimal]:
    """Every count that a reading tells: value, numerator, denominator, and what is left of it."""
    if unit == "number" and reading.value is not None:
        yield reading.value
    if reading.numerator is not None:
        yield reading.numerator
    if reading.denominator is not None:
        yield reading.denominator
        if reading.numerator is not None:
            yield reading.denominator - reading.numerator


def tied(measures: Iterable[MeasureTerms]) -> list[tuple[MeasureTerms, ...]]:
    """The measures in groups: together are those that count the same children by their words.

    `counted` and `out_of` name them, and the title of a number.
    """
    groups: list[tuple[set[str], list[MeasureTerms]]] = []
    for one in measures:
        names, members = _names(one), [one]
        apart: list[tuple[set[str], list[MeasureTerms]]] = []
        for group in groups:
            if names.isdisjoint(group[0]):
                apart.append(group)
            else:
                names, members = names | group[0], [*group[1], *members]
        groups = [*apart, (names, members)]
    return [tuple(members) for _, members in groups]


def _names(terms: MeasureTerms) -> set[str]:
    said = [terms.counted, terms.out_of, terms.title if terms.unit == "number" else ""]
    return {" ".join(one.casefold().split()) for one in said} - {""}

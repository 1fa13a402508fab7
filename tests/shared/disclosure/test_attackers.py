"""An attacker who knows the policy, the programme and everything ever shown learns no small count.

Every history of a small world is played; those that look alike from outside are what the attacker
cannot tell apart. A small count is safe where, over all that look like the true one, it takes every
value of the policy's range. Each guard taken away is caught by the same test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product

import pytest
from msgspec.structs import replace

from shared.disclosure import deciding, showing
from shared.disclosure.deciding import Kept, Said, decisions
from shared.disclosure.rules import counts
from shared.disclosure.showing import breakdowns_shown, readings_shown
from shared.published.terms import BrokenDown, DisclosurePolicy, MeasureTerms, Reading

Q1 = "2026-27-Q1"
MONTHS = ("2026-27-M01", "2026-27-M02", "2026-27-M03")
QUARTERS = tuple(f"2026-27-Q{n}" for n in (1, 2, 3, 4))
HIGHEST = 4
EXACT = DisclosurePolicy(suppress_up_to=HIGHEST, round_to=1)
ROUNDED = DisclosurePolicy(suppress_up_to=HIGHEST, round_to=5)

History = Sequence[Said]
World = Iterable[tuple[History, Mapping[str, int]]]
"""Histories with the counts that they tell, each under a name."""


def measure(policy: DisclosurePolicy | None, name: str = "seen", **changes: object) -> MeasureTerms:
    given: dict[str, object] = {
        "measure": name, "title": name, "outcome": "o1", "quadrant": "how-much", "unit": "number",
        "direction": "higher", "breakdowns": ("sex",), "disclosure": policy,
    }  # fmt: skip
    return MeasureTerms(**(given | changes))  # type: ignore[arg-type]


def number(period: str, value: int, name: str = "seen") -> Reading:
    return Reading(measure=name, period=period, value=Decimal(value))


def ratio(period: str, top: int, bottom: int, name: str = "better") -> Reading:
    value = Decimal(100 * top) / bottom if bottom else Decimal(0)
    return Reading(
        measure=name, period=period, value=value, numerator=Decimal(top),
        denominator=Decimal(bottom), status="given" if bottom else "not-applicable",
    )  # fmt: skip


def seen_by_others(measures: Sequence[MeasureTerms], history: History) -> Hashable:
    """Everything that ever left, in its order."""
    decided = decisions(measures, history)
    terms = {one.measure: one for one in measures}
    return tuple(
        (
            tuple(
                (one.measure, one.period, one.value, one.numerator, one.denominator, one.status)
                for one in readings_shown(terms, said.period, said.readings, by)
            ),
            tuple((one.group, one.count) for one in breakdowns_shown(said.breakdowns, by)),
        )
        for said in history
        for by in (decided.get((said.period, said.version)),)
    )


def alike(measures: Sequence[MeasureTerms], world: World) -> Iterable[list[Mapping[str, int]]]:
    """The counts of all histories, those together that look the same to others."""
    found: dict[Hashable, list[Mapping[str, int]]] = defaultdict(list)
    for history, told in world:
        found[seen_by_others(measures, history)].append(told)
    return found.values()


def learned(measures: Sequence[MeasureTerms], world: World, reach: int) -> list[str]:
    """What the attacker learns: for each small count that is not safe, its name and what is left.

    Only histories whose counts stay within `reach` are judged: those beside the edge of the world
    have fewer that look like them than there are.
    """
    wanted = set(range(1, HIGHEST + 1))
    found: list[str] = []
    for worlds in alike(measures, world):
        judged = [one for one in worlds if max(one.values()) <= reach]
        for name in judged[0] if judged else ():
            small = {one[name] for one in judged} & wanted
            possible = {one.get(name, 0) for one in worlds}
            if small and not wanted <= possible:
                found.append(f"{name} is {sorted(small)}, could be {sorted(possible)}")
    return found


# -- worlds


def months_and_groups(most: int = 7) -> World:
    """One return: three months that add to a quarter, and girls and boys that do."""
    for months in product(range(most + 1), repeat=3):
        total = sum(months)
        for girls in range(total + 1):
            said = Said(
                period=Q1,
                version=1,
                readings=(
                    *(number(period, n) for period, n in zip(MONTHS, months, strict=True)),
                    number(Q1, total),
                ),
                breakdowns=tuple(
                    BrokenDown(measure="seen", breakdown="sex", group=group, count=count)
                    for group, count in (("girls", girls), ("boys", total - girls))
                ),
            )
            told = dict(zip(MONTHS, months, strict=True))
            yield [said], told | {"total": total, "girls": girls, "boys": total - girls}


def parts_of_wholes(most: int = 5) -> World:
    """One return of a percentage: two months of counts out of counts, and the quarter."""
    each = [(top, bottom) for bottom in range(2 * most + 1) for top in range(bottom + 1)]
    for one, other in product(each, repeat=2):
        top, bottom = one[0] + other[0], one[1] + other[1]
        said = Said(
            period=Q1,
            version=1,
            readings=(ratio(MONTHS[0], *one), ratio(MONTHS[1], *other), ratio(Q1, top, bottom)),
        )
        told = {"top": top, "bottom": bottom, "rest": bottom - top}
        for name, (part, whole) in (("first", one), ("second", other)):
            told |= {f"{name} top": part, f"{name} bottom": whole, f"{name} rest": whole - part}
        yield [said], told


def two_versions(most: int = 6) -> World:
    """A return and its restatement, of which the attacker knows that one month changed."""
    for months in product(range(most + 1), repeat=3):
        for changed, now in product(range(3), range(most + 1)):
            if now == months[changed]:
                continue
            after = tuple(now if n == changed else count for n, count in enumerate(months))
            history = [
                Said(
                    period=Q1,
                    version=version,
                    readings=(
                        *(number(period, n) for period, n in zip(MONTHS, counts, strict=True)),
                        number(Q1, sum(counts)),
                    ),
                )
                for version, counts in ((1, months), (2, after))
            ]
            told = {"total in 1": sum(months), "total in 2": sum(after)}
            for version, each in ((1, months), (2, after)):
                told |= {f"month {n} in {version}": count for n, count in enumerate(each, 1)}
            yield history, told


def quarters_and_year() -> World:
    """Four quarterly returns and one for their year, the year at any place."""
    for each in product(range(6), repeat=4):
        for place in (0, 3, 4):
            said = [
                Said(period=period, version=1, readings=(number(period, count),))
                for period, count in zip(QUARTERS, each, strict=True)
            ]
            year = "2026-27-Y"
            said.insert(place, Said(period=year, version=1, readings=(number(year, sum(each)),)))
            apart = {"year": 100 + sum(each)}  # two that are hidden are two at least
            yield said, apart | dict(zip(QUARTERS, each, strict=True))


def same_children_twice() -> World:
    """How many were seen, how many are better off, and the percentage of the one in the other."""
    for bottom in range(1, 25):
        for top in range(bottom + 1):
            said = Said(
                period=Q1,
                version=1,
                readings=(number(Q1, bottom), number(Q1, top, "helped"), ratio(Q1, top, bottom)),
            )
            yield [said], {"top": top, "bottom": bottom, "rest": bottom - top}


def better(policy: DisclosurePolicy) -> MeasureTerms:
    return measure(
        policy, "better", unit="percent", counted="Children helped", out_of="children seen"
    )


def tied_measures(policy: DisclosurePolicy) -> tuple[MeasureTerms, ...]:
    return (
        measure(policy, title="Children seen"),
        measure(policy, "helped", counted="children helped"),
        better(policy),
    )


Attack = Callable[[DisclosurePolicy], list[str]]
ATTACKS: Mapping[str, Attack] = {
    "cuts": lambda policy: learned([measure(policy)], months_and_groups(), 9),
    "ratios": lambda policy: learned([better(policy)], parts_of_wholes(), 10),
    "versions": lambda policy: learned([measure(policy)], two_versions(), 6),
    "quarters": lambda policy: learned([measure(policy)], quarters_and_year(), 105),
    "measures": lambda policy: learned(tied_measures(policy), same_children_twice(), 15),
}


@pytest.mark.parametrize("policy", [EXACT, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attacker_who_knows_everything_shown_learns_no_small_count(
    attack: str, policy: DisclosurePolicy
) -> None:
    assert ATTACKS[attack](policy) == []


# -- the same with a guard taken away


def cell_by_cell(_: str, reading: Reading, terms: MeasureTerms, kept: Kept) -> Reading:
    """Only what is small itself is kept back."""
    if any(kept.rule.hides(count) for count in counts(reading, terms.unit)):
        return replace(reading, value=None, numerator=None, denominator=None, status="suppressed")
    return reading


SHOWN = showing._shown  # pyright: ignore[reportPrivateUsage]


def with_its_status(period: str, reading: Reading, terms: MeasureTerms, kept: Kept) -> Reading:
    """Of a month that is kept back, it shows whether there was anything to count."""
    return reading if reading.status != "given" else SHOWN(period, reading, terms, kept)


def numerators(reading: Reading, _: str) -> list[Decimal | None]:
    return [reading.numerator]


def as_if_first(_: object, needed: frozenset[str], __: object) -> frozenset[str]:
    return needed


def overlaps_nothing(*_: object) -> frozenset[str]:
    return frozenset()


def each_alone(measures: Iterable[MeasureTerms]) -> list[tuple[MeasureTerms, ...]]:
    return [(one,) for one in measures]


def unrounded(count: Decimal, _: int) -> Decimal:
    return count


BROKEN: Mapping[str, tuple[str, object, str, object]] = {
    "no secondary suppression": ("cuts", showing, "_shown", cell_by_cell),
    "statuses beside what is kept back": ("ratios", showing, "_shown", with_its_status),
    "no guard of denominators and rests": ("ratios", deciding, "counts", numerators),
    "versions apart": ("versions", deciding, "_again", as_if_first),
    "quarters apart from their year": ("quarters", deciding, "_overlapped", overlaps_nothing),
    "measures apart": ("measures", deciding, "tied", each_alone),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_without_a_guard_the_attacker_learns_something(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack, module, name, instead = BROKEN[broken]
    monkeypatch.setattr(module, name, instead)
    assert ATTACKS[attack](EXACT) != []


# -- rounding


def told_exactly(measures: Sequence[MeasureTerms], world: World, reach: int) -> set[str]:
    """Counts above the range that the attacker knows to the last child."""
    return {
        name
        for worlds in alike(measures, world)
        for one in worlds
        if max(one.values()) <= reach
        for name, count in one.items()
        if count > HIGHEST and len({other[name] for other in worlds}) == 1
    }


def test_where_the_policy_rounds_no_larger_count_is_told_to_the_last_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounding = [measure(ROUNDED)]
    assert told_exactly(rounding, months_and_groups(), 14) == set()
    monkeypatch.setattr(showing, "to_nearest", unrounded)
    assert "total" in told_exactly(rounding, months_and_groups(), 14)

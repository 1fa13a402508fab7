"""The matching of two sides' lines by the rules of the rule book, in their order. Pure.

Law: each line is in at most one match; where more than one answer is possible none is given; the
order in which lines are given changes nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from services.gateway.reconciliations.lines import (
    RULES,
    Line,
    Reason,
    Rule,
    Settings,
    Side,
    spelt,
)
from services.gateway.reconciliations.reasons import likely_reason
from services.gateway.reconciliations.sums import only_choice

MOST_SUM_STEPS = 4_000_000
MOST_NEAR = 300
"""Lines within the window of one; where there are more, a sum of a few says nothing."""
TELL_EVERY = 2_000

Progress: TypeAlias = Callable[[Rule, int, int], None]
"""Told how many lines a rule has gone through, of how many."""

Refused: TypeAlias = frozenset[tuple[tuple[int, ...], tuple[int, ...]]]
"""Pairs of line numbers that a person has said do not belong together."""


class Found(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """Lines, by number in ascending order, that a rule says belong together."""

    rule: Rule
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    reason: Reason = ""


class _Entry(NamedTuple):
    """A line as the rules look at it."""

    number: int
    day: int
    amount: int
    reference: str
    batch: str


class _Claim(NamedTuple):
    """What a rule would match."""

    ours: tuple[_Entry, ...]
    theirs: tuple[_Entry, ...]
    reason: Reason = ""

    def numbers(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return _numbers(self.ours), _numbers(self.theirs)


def _numbers(entries: Iterable[_Entry]) -> tuple[int, ...]:
    return tuple(sorted([entry.number for entry in entries]))


def _entries(lines: Iterable[Line]) -> dict[int, _Entry]:
    made = (
        _Entry(one.number, one.on.toordinal(), one.amount_pence, spelt(one.reference),
               spelt(one.batch))
        for one in sorted(lines, key=lambda line: line.number)
    )  # fmt: skip
    return {entry.number: entry for entry in made}


def _silent(_: Rule, __: int, ___: int) -> None:
    """For whoever does not want to be told."""


def match(
    ours: Iterable[Line],
    theirs: Iterable[Line],
    settings: Settings = Settings(),  # noqa: B008 - frozen
    refused: Refused = frozenset(),
    progress: Progress = _silent,
) -> list[Found]:
    """Everything the rules find, each rule on what those before it have left."""
    return _Run(ours, theirs, settings, refused, progress).all()


class _Run:
    """One run: what is left of each side, and what has been found."""

    def __init__(
        self,
        ours: Iterable[Line],
        theirs: Iterable[Line],
        settings: Settings,
        refused: Refused,
        progress: Progress,
    ) -> None:
        self.ours = _entries(ours)
        self.theirs = _entries(theirs)
        self.settings = settings
        self.refused = refused
        self.progress = progress
        self.used: tuple[list[_Entry], list[_Entry]] = ([], [])
        self.found: list[Found] = []
        self.done = 0

    def all(self) -> list[Found]:
        rules: dict[Rule, Callable[[], Iterable[_Claim]]] = {
            "exact": self._exact,
            "window": self._window,
            "batch": self._batch,
            "sum": self._sum,
            "amount": self._amount,
            "tolerance": self._tolerance,
        }
        for rule in RULES:
            left = len(self.ours) + len(self.theirs)
            self.done = 0
            self.progress(rule, 0, left)
            self._take(rule, rules[rule]())
            self.progress(rule, left, left)
        return self.found

    def _take(self, rule: Rule, claims: Iterable[_Claim]) -> None:
        """Keeps what is claimed once; what two claims want, none of them gets."""
        wanted = [claim for claim in claims if claim.numbers() not in self.refused]
        ours = Counter(entry.number for claim in wanted for entry in claim.ours)
        theirs = Counter(entry.number for claim in wanted for entry in claim.theirs)
        kept = [
            claim
            for claim in wanted
            if all(ours[entry.number] == 1 for entry in claim.ours)
            and all(theirs[entry.number] == 1 for entry in claim.theirs)
        ]
        if rule == "tolerance":
            kept = self._within_cap(kept)
        for claim in sorted(kept, key=_Claim.numbers):
            mine, other = claim.numbers()
            self.found.append(Found(rule=rule, ours=mine, theirs=other, reason=claim.reason))
            for side, entries, used in (
                (self.ours, claim.ours, self.used[0]),
                (self.theirs, claim.theirs, self.used[1]),
            ):
                for entry in entries:
                    used.append(side.pop(entry.number))

    def _step(self, rule: Rule) -> None:
        self.done += 1
        if self.done % TELL_EVERY == 0:
            self.progress(rule, self.done, len(self.ours) + len(self.theirs))

    # -- 1: reference, amount and date

    def _exact(self) -> Iterator[_Claim]:
        """Lines alike in all three are as good as each other: the first goes with the first."""
        theirs: defaultdict[tuple[str, int, int], list[_Entry]] = defaultdict(list)
        for entry in self.theirs.values():
            if entry.reference:
                theirs[entry.reference, entry.amount, entry.day].append(entry)
        for waiting in theirs.values():
            waiting.reverse()
        for entry in self.ours.values():
            self._step("exact")
            waiting = theirs.get((entry.reference, entry.amount, entry.day))
            if waiting:
                yield _Claim((entry,), (waiting.pop(),))

    # -- 2: amount and date window, where no other would do

    def _window(self) -> Iterator[_Claim]:
        """A reference in common narrows the choice; the rest is judged by amount alone."""
        named = list(self._only_pairs(lambda e: (e.reference, e.amount) if e.reference else None))
        yield from named
        taken = [{claim.ours[0].number for claim in named}, {c.theirs[0].number for c in named}]
        yield from self._only_pairs(lambda entry: entry.amount, *taken)

    def _only_pairs(
        self,
        key: Callable[[_Entry], object],
        not_ours: Iterable[int] = (),
        not_theirs: Iterable[int] = (),
    ) -> Iterator[_Claim]:
        """Pairs under one key within the window, each the other's only one."""
        ours, theirs = (
            self._grouped(self.ours, key, not_ours),
            self._grouped(self.theirs, key, not_theirs),
        )
        for name, mine in ours.items():
            others = theirs.get(name, [])
            for entry in mine:
                self._step("window")
                near = self._near(entry, others)
                if near is not None and self._near(near, mine) is not None:
                    yield _Claim((entry,), (near,))

    def _grouped(
        self,
        side: dict[int, _Entry],
        key: Callable[[_Entry], object],
        left_out: Iterable[int],
    ) -> dict[object, list[_Entry]]:
        out = set(left_out)
        groups: defaultdict[object, list[_Entry]] = defaultdict(list)
        for entry in side.values():
            if entry.number not in out and (name := key(entry)) is not None:
                groups[name].append(entry)
        for group in groups.values():
            group.sort(key=lambda entry: (entry.day, entry.number))
        return groups

    def _near(self, entry: _Entry, others: Sequence[_Entry]) -> _Entry | None:
        """The one entry within the window; None where there is none or more than one."""
        days = self.settings.window_days
        first = bisect_left(others, entry.day - days, key=lambda other: other.day)
        last = bisect_right(others, entry.day + days, key=lambda other: other.day)
        return others[first] if last - first == 1 else None

    # -- 3: many to one by batch key

    def _batch(self) -> Iterator[_Claim]:
        for many, ones, turned in ((self.ours, self.theirs, False), (self.theirs, self.ours, True)):
            named: defaultdict[str, list[_Entry]] = defaultdict(list)
            for entry in ones.values():
                for name in {entry.reference, entry.batch} - {""}:
                    named[name].append(entry)
            groups: defaultdict[str, list[_Entry]] = defaultdict(list)
            for entry in many.values():
                self._step("batch")
                if name := entry.batch or entry.reference:
                    groups[name].append(entry)
            for name, group in groups.items():
                one = named.get(name, [])
                whole = sum([entry.amount for entry in group])
                if len(group) > 1 and len(one) == 1 and one[0].amount == whole:
                    yield _claimed(tuple(group), (one[0],), turned)

    # -- 4: an exact sum of a few, where no other would do

    def _sum(self) -> Iterator[_Claim]:
        left = MOST_SUM_STEPS
        for many, ones, turned in ((self.ours, self.theirs, False), (self.theirs, self.ours, True)):
            ordered = sorted(many.values(), key=lambda entry: (entry.day, entry.number))
            for target in ones.values():
                self._step("sum")
                candidates = self._addends(target, ordered)
                chosen, steps = only_choice(abs(target.amount), [abs(e.amount) for e in candidates])
                left -= steps
                if left < 0:
                    return
                if chosen:
                    yield _claimed(tuple(candidates[n] for n in chosen), (target,), turned)

    def _addends(self, target: _Entry, ordered: Sequence[_Entry]) -> list[_Entry]:
        """What may be part of a sum: near in time, of its sign and smaller; largest first."""
        days = self.settings.window_days
        first = bisect_left(ordered, target.day - days, key=lambda entry: entry.day)
        last = bisect_right(ordered, target.day + days, key=lambda entry: entry.day)
        if last - first > MOST_NEAR:
            return []
        near = [
            entry
            for entry in ordered[first:last]
            if entry.amount * target.amount > 0 and abs(entry.amount) < abs(target.amount)
        ]
        return sorted(near, key=lambda entry: (-abs(entry.amount), entry.number))

    # -- 5: the reference is the same, the amount is not

    def _amount(self) -> Iterator[_Claim]:
        ours = self._grouped(self.ours, lambda entry: entry.reference or None, ())
        theirs = self._grouped(self.theirs, lambda entry: entry.reference or None, ())
        for name, mine in ours.items():
            others = theirs.get(name, [])
            if len(mine) == len(others) == 1:
                reason = likely_reason(mine[0].amount, others[0].amount)
                yield _Claim((mine[0],), (others[0],), reason)
        yield from self._twice("ours", ours, theirs)
        yield from self._twice("theirs", theirs, ours)

    def _twice(
        self, side: Side, mine: dict[object, list[_Entry]], others: dict[object, list[_Entry]]
    ) -> Iterator[_Claim]:
        """Lines left over that repeat one of their own side which has its match."""
        used = self.used[0 if side == "ours" else 1]
        known: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for entry in used:
            known[entry.reference, entry.amount].append(entry.day)
        for name, group in mine.items():
            for entry in group:
                self._step("amount")
                days = known.get((entry.reference, entry.amount), ())
                near = any(abs(day - entry.day) <= self.settings.window_days for day in days)
                if near and name not in others:
                    yield _claimed((entry,), (), side == "theirs", "duplicate")

    # -- 6: a few pence apart

    def _tolerance(self) -> Iterator[_Claim]:
        if not self.settings.tolerance_pence:
            return
        ours, theirs = self._by_day(self.ours), self._by_day(self.theirs)
        for entry in self.ours.values():
            self._step("tolerance")
            near = self._alike(entry, theirs)
            if near is not None and self._alike(near, ours) is not None:
                yield _Claim((entry,), (near,))

    def _by_day(self, side: dict[int, _Entry]) -> dict[int, list[_Entry]]:
        days: defaultdict[int, list[_Entry]] = defaultdict(list)
        for entry in sorted(side.values(), key=lambda entry: (entry.amount, entry.number)):
            days[entry.day].append(entry)
        return days

    def _alike(self, entry: _Entry, days: dict[int, list[_Entry]]) -> _Entry | None:
        """The one entry within window and tolerance; None where there is none or more."""
        window, slack = self.settings.window_days, self.settings.tolerance_pence
        found: _Entry | None = None
        for day in range(entry.day - window, entry.day + window + 1):
            others = days.get(day, [])
            first = bisect_left(others, entry.amount - slack, key=lambda other: other.amount)
            last = bisect_right(others, entry.amount + slack, key=lambda other: other.amount)
            if last - first + (found is not None) > 1:
                return None
            if last > first:
                found = others[first]
        return found

    def _within_cap(self, claims: list[_Claim]) -> list[_Claim]:
        """The closest first, as long as all their differences together stay under the cap."""
        kept: list[_Claim] = []
        left = self.settings.tolerance_cap_pence
        for claim in sorted(claims, key=lambda claim: (_apart(claim), claim.numbers())):
            left -= _apart(claim)
            if left < 0:
                break
            kept.append(claim)
        return kept


def _apart(claim: _Claim) -> int:
    return abs(claim.ours[0].amount - claim.theirs[0].amount)


def _claimed(
    many: tuple[_Entry, ...], one: tuple[_Entry, ...], turned: bool, reason: Reason = ""
) -> _Claim:
    return _Claim(one, many, reason) if turned else _Claim(many, one, reason)

"""A partner's agency gathers all it was ever shown, in its log, at the doors and in the public
record, and calculates.

Months add to quarters, groups to totals, parts and rests to wholes; still no small count has a
narrower range than the policy leaves it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from services.gateway.contract_views.reading import measures_agreed
from services.gateway.contract_views.series import Counted, said
from services.gateway.partners import facts
from shared.disclosure import deciding, showing
from shared.published import monitoring
from shared.published.terms import BrokenDown, DisclosurePolicy, MeasureTerms, Reading
from shared.testing.houses import RunningHouse
from shared.values.quarters import months_of, periods
from tests.gateway import story
from tests.gateway.partners.reading import logs_of
from tests.shared.disclosure.test_attackers import cell_by_cell

AT = "/v1/contract-views/c1"
POLICY = DisclosurePolicy(suppress_up_to=5, round_to=5)
SEEN = replace(story.SEEN, breakdowns=("sex",), disclosure=POLICY)
HELPED = replace(story.HELPED, disclosure=POLICY, counted="safer", out_of="children seen")
PLAIN = replace(story.SEEN, measure="m-plain", title="Visits")
MEASURES = (SEEN, HELPED, PLAIN)
QUARTERS = periods(date(2026, 4, 1), date(2028, 3, 31), "quarterly")

Cell = tuple[str, int, str, str, str]
"""Return period, version, measure, period or group, and which count of it."""
Bounds = dict[Cell, tuple[Decimal, Decimal]]
MOST = Decimal(10**6)


def history() -> Iterator[monitoring.ReturnSubmitted | monitoring.ReturnRestated]:
    """Two years of quarters, some of them restated once or twice, many with small counts."""
    chance = Random(5)  # noqa: S311 - the same every time
    for period in QUARTERS:
        months: list[tuple[int, int, int]] = []
        for _ in months_of(period):
            wide = chance.choice([8, 40, 60, 60])
            seen = chance.randint(wide // 4, wide)
            months.append((seen, chance.randint(0, seen), chance.randint(5, 40)))
        for version in range(1, chance.randint(2, 4)):
            if version > 1:
                seen = chance.randint(1, 40)
                months[chance.randrange(3)] = (seen, chance.randint(0, seen), 9)
            yield told(period, version, months, chance)


def told(
    period: str, version: int, months: list[tuple[int, int, int]], chance: Random
) -> monitoring.ReturnSubmitted | monitoring.ReturnRestated:
    whole = tuple(sum(each) for each in zip(*months, strict=True))
    readings: list[Reading] = []
    for at, (seen, helped, plain) in zip(
        (*months_of(period), period), (*months, whole), strict=True
    ):
        readings += [counted(SEEN, at, seen), part(at, helped, seen), counted(PLAIN, at, plain)]
    girls = chance.randint(0, whole[0])
    parts = tuple(
        BrokenDown(measure=SEEN.measure, breakdown="sex", group=group, count=count)
        for group, count in (("girls", girls), ("boys", whole[0] - girls))
    )
    first = replace(story.submitted(version, *readings), period=period, breakdowns=parts)
    again = replace(story.restated(version, *readings), period=period, breakdowns=parts)
    return first if version == 1 else again


def counted(terms: MeasureTerms, period: str, count: int) -> Reading:
    return Reading(measure=terms.measure, period=period, value=Decimal(count))


def part(period: str, top: int, bottom: int) -> Reading:
    if not bottom:
        return Reading(measure=HELPED.measure, period=period, status="not-applicable")
    return Reading(
        measure=HELPED.measure, period=period, value=Decimal(100 * top) / bottom,
        numerator=Decimal(top), denominator=Decimal(bottom),
    )  # fmt: skip


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


async def reported(house: RunningHouse) -> dict[Cell, Decimal | None]:
    """All that the other partner is shown, at each edge, while two years come in: of each return a
    part is accepted first, then the rest.

    Fails where two edges, or one at two times, show two things.
    """
    agreed = replace(story.terms(), measures=MEASURES, ends_on=date(2028, 3, 31))
    await house.hear("contracts", "contract/c1", replace(story.VARIED, terms=agreed))
    ian = house.caller("icb", "p-0", "contract-manager")
    found: dict[Cell, Decimal | None] = {}
    _, place = await published(house, "")
    releases: list[dict[str, Any]] = []
    at = datetime(2026, 7, 1, 9, tzinfo=UTC)
    for event in history():
        at += timedelta(days=1)
        await house.set_clock(at)
        await house.hear("monitoring", f"return/c1:{event.period}", event, *accepted(event))
        told, place = await published(house, place)
        releases += told
        assert len(told) == (2 if event.version == 1 else 1)
        for cell, count in in_the_record(event, told):
            tell(found, cell, count)
        for when in ("", f"?as_of={at:%Y-%m-%d}", f"?known_at={at:%Y-%m-%dT%H:%M:%SZ}"):
            for cell, count in at_the_door((await ian.get(f"{AT}{when}")).json()):
                tell(found, cell, count)
    again, _ = await published(house, "")
    assert [one for one in again if one in releases] == releases, "what was published stays so"
    for one in (await logs_of(house))["icb"]:
        if isinstance(one.event, Counted):
            for cell, count in in_the_log(one.event):
                tell(found, cell, count)
    return found


def tell(found: dict[Cell, Decimal | None], cell: Cell, count: Decimal | None) -> None:
    """Keeps what is shown; what was shown before of the same must be the same, to a millionth."""
    before = found.setdefault(cell, count)
    alike = None not in (before, count) and round(before or 0, 6) == round(count or 0, 6)
    assert alike or before is count is None, (cell, before, count)


def at_the_door(content: dict[str, Any]) -> Iterator[tuple[Cell, Decimal | None]]:
    for series in content["measures"]:
        for one in series["points"]:
            place = (
                one["return_period"],
                one["version"],
                series["terms"]["measure"],
                one["period"],
            )
            for count in ("value", "numerator", "denominator"):
                if one[count] is not None or count == "value":
                    yield (*place, count), None if one[count] is None else Decimal(one[count])


def in_the_log(event: Counted) -> Iterator[tuple[Cell, Decimal | None]]:
    for one in event.readings:
        place = (event.period, event.version, one.measure, one.period)
        for count in ("value", "numerator", "denominator"):
            if getattr(one, count) is not None or count == "value":
                yield (*place, count), getattr(one, count)
    for one in getattr(event, "breakdowns", ()):
        yield (event.period, event.version, one.measure, one.group, "value"), Decimal(one.count)


def accepted(event: Counted) -> Iterator[monitoring.ReturnAccepted]:
    """A return the first time it comes: one measure is accepted, and then all."""
    if event.version > 1:
        return
    part = tuple(one for one in event.readings if one.measure == SEEN.measure)
    for readings, measures in ((part, (SEEN.measure,)), (event.readings, ())):
        whole = replace(story.accepted(1, *readings), period=event.period)
        yield replace(whole, measures=measures)


async def published(house: RunningHouse, place: str) -> tuple[list[dict[str, Any]], str]:
    """What the public record says after a place, and the place reached."""
    path = f"/v1/public/releases?limit=500&after={place}"
    answer = await house.nobody().get(path)
    return answer.json()["releases"], answer.headers["next-place"]


def in_the_record(
    event: Counted, releases: list[dict[str, Any]]
) -> Iterator[tuple[Cell, Decimal | None]]:
    """Releases that came with an event are about it; a month's id is its measure's with its own."""
    for release in releases:
        for metric in release["contracts"][0]["implementation"]["metrics"]:
            for one in metric["observations"]:
                at = one["id"].removeprefix(f"{metric['id']}-")
                count = one.get("measure")
                yield (
                    (event.period, event.version, metric["id"], at, "value"),
                    None if count is None else Decimal(str(count)),
                )


# -- what can be calculated


def true_counts() -> Iterator[tuple[Cell, Decimal]]:
    for event in history():
        for one in event.readings:
            place = (event.period, event.version, one.measure, one.period)
            if one.measure != HELPED.measure:
                yield (*place, "value"), one.value or Decimal(0)
                continue
            top, bottom = one.numerator or Decimal(0), one.denominator or Decimal(0)
            yield (*place, "numerator"), top
            yield (*place, "denominator"), bottom
            yield (*place, "rest"), bottom - top
        for one in event.breakdowns:
            yield (event.period, event.version, one.measure, one.group, "value"), Decimal(one.count)


def sums() -> Iterator[tuple[Cell, list[Cell]]]:
    """Every total with its parts."""
    for event in history():
        at = (event.period, event.version)
        months = months_of(event.period)
        for measure, counts in (
            (SEEN.measure, ("value",)),
            (PLAIN.measure, ("value",)),
            (HELPED.measure, ("numerator", "denominator", "rest")),
        ):
            for count in counts:
                parts = [(*at, measure, month, count) for month in months]
                yield (*at, measure, event.period, count), parts
        groups = [(*at, SEEN.measure, group, "value") for group in ("girls", "boys")]
        yield (*at, SEEN.measure, event.period, "value"), groups
        for period in (*months, event.period):
            place = (*at, HELPED.measure, period)
            yield (*place, "denominator"), [(*place, "numerator"), (*place, "rest")]
            yield (*at, SEEN.measure, period, "value"), [(*place, "denominator")]


def calculated(shown: dict[Cell, Decimal | None]) -> Bounds:
    """Of every count the least and the most it can be, by what shows and what adds up."""
    bounds: Bounds = {}
    for cell, _ in true_counts():
        count = shown.get(cell)
        around = 0 if cell[2] == PLAIN.measure else 2
        bounds[cell] = (
            (Decimal(0), MOST)
            if count is None
            else (max(Decimal(0), count - around), count + around)
        )
    rules = list(sums())
    changed = True
    while changed:
        changed = False
        for total, parts in rules:
            low = sum((bounds[cell][0] for cell in parts), Decimal(0))
            high = sum((bounds[cell][1] for cell in parts), Decimal(0))
            changed |= narrow(bounds, total, low, high)
            least, most = bounds[total]
            for cell in parts:
                others = (low - bounds[cell][0], high - bounds[cell][1])
                if narrow(bounds, cell, least - others[1], most - others[0]):
                    changed = True
                    low = sum((bounds[one][0] for one in parts), Decimal(0))
                    high = sum((bounds[one][1] for one in parts), Decimal(0))
    return bounds


def narrow(bounds: Bounds, cell: Cell, least: Decimal, most: Decimal) -> bool:
    before = bounds[cell]
    bounds[cell] = (max(before[0], least), min(before[1], most))
    assert bounds[cell][0] <= bounds[cell][1], "what shows cannot be"
    return bounds[cell] != before


def learned(shown: dict[Cell, Decimal | None]) -> list[Cell]:
    """The small counts that do not keep the whole range of their policy."""
    bounds = calculated(shown)
    found: list[Cell] = []
    for cell, count in true_counts():
        least, most = (0, 7) if cell[2] == PLAIN.measure else (1, 5)
        if least <= count <= most and not (bounds[cell][0] <= least and bounds[cell][1] >= most):
            found.append(cell)
    return found


async def test_two_years_of_figures_give_no_small_count_away(house: RunningHouse) -> None:
    shown = await reported(house)
    given = [cell for cell, count in shown.items() if count is not None]
    small = [cell for cell, _ in true_counts() if cell not in given]
    assert min(len(given), len(small)) > 50, "there is something to learn, and something shows"
    assert {cell[1] for cell in given} > {1}, "a restatement shows too"
    assert learned(shown) == []


async def test_with_nothing_but_the_small_counts_kept_back_they_are_worked_out(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "_shown", cell_by_cell)
    assert learned(await reported(house)) != []


async def test_an_edge_that_forgets_what_left_before_is_found_out(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that decides of each version for itself does not show what the door shows."""

    def alone(facts_: facts.Facts, event: facts.Counted) -> deciding.Decided:
        agreed = facts_.contract(event.contract)
        figures = facts.said(event)
        measures = agreed.terms.measures if agreed else ()
        return replace(
            deciding.decide(measures, replace(figures, version=1), {}), version=event.version
        )

    monkeypatch.setattr("services.gateway.partners.disclosure.decided", alone)
    with pytest.raises(AssertionError):
        await reported(house)


async def test_a_record_that_forgets_what_left_before_is_found_out(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that decides of each version for itself does not show what the door shows."""

    def alone(agreed: Any, lines: Any) -> dict[tuple[str, int], deciding.Decided]:
        measures = tuple(measures_agreed(agreed).values())
        told = (said(line.event) for line in lines if isinstance(line.event, Counted))
        return {
            (one.period, one.version): deciding.decide(measures, replace(one, version=1), {})
            for one in told
        }

    monkeypatch.setattr("services.gateway.public_record.reading.leaving", alone)
    with pytest.raises(AssertionError):
        await reported(house)

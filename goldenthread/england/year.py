"""The year: every provider hands its quarter in with one request, and time accepts it.

Law: a return that a rule asks about is sent again with the explanation, never with other figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from goldenthread.demo.stage import Json, NotAccepted, Person
from goldenthread.england.country import Partnership, figures
from goldenthread.england.speaking import Speaker, side_by_side

HANDED_IN_ON = (date(2026, 7, 8), date(2026, 10, 8), date(2027, 1, 12), date(2027, 4, 13))
ACCEPTED_ON = (date(2026, 8, 14), date(2026, 11, 13), date(2027, 2, 19), date(2027, 5, 21))
ASKED_AGAIN = "explanations-missing"
BATCHES_AT_ONCE = 4
MOST_ITEMS = 500


async def report(speaker: Speaker, country: list[Partnership], quarter: int, seed: int) -> int:
    """Hands in every return of a quarter and lets the days to acceptance pass; says how many."""
    await speaker.go_to(HANDED_IN_ON[quarter - 1])
    batches = list(_batches(country, quarter, seed))

    async def hand_in(batch: tuple[Person, list[Json]]) -> None:
        who, items = batch
        await _taken(who, items, await _sent(speaker, who, items), speaker)

    await side_by_side(batches, hand_in, BATCHES_AT_ONCE)
    await speaker.go_to(ACCEPTED_ON[quarter - 1])
    return sum(len(items) for _, items in batches)


def _batches(
    country: list[Partnership], quarter: int, seed: int
) -> Iterator[tuple[Person, list[Json]]]:
    """Each provider's returns, no more at once than a request should hold."""
    for one in country:
        by_provider: defaultdict[Person, list[Json]] = defaultdict(list)
        for contract, commissioned in one.signed.items():
            found = figures(contract, commissioned, quarter, seed)
            by_provider[commissioned.provider].append(found)
        for who, items in by_provider.items():
            for n in range(0, len(items), MOST_ITEMS):
                yield who, items[n : n + MOST_ITEMS]


async def _sent(speaker: Speaker, who: Person, items: list[Json]) -> list[Json]:
    return (await speaker.do(who, "/v1/returns/bulk", {"items": items}))["items"]


async def _taken(who: Person, items: list[Json], told: list[Json], speaker: Speaker) -> None:
    """Sends again, explained, what needed it. Raises NotAccepted for any other refusal."""
    refused: list[tuple[Json, Json]] = [
        (items[one["index"]], one["refused"]) for one in told if one["refused"]
    ]
    for _, problem in refused:
        if problem["code"] != ASKED_AGAIN:
            raise NotAccepted(f"a return was refused: {problem}")
    again = [item | {"explanations": _explained(problem)} for item, problem in refused]
    if again and any(one["refused"] for one in await _sent(speaker, who, again)):
        raise NotAccepted("a return was refused though it was explained")


def _explained(problem: Json) -> list[Json]:
    rules = sorted({str(fault["code"]) for fault in problem["errors"]})
    return [{"rule": rule, "text": "As counted; checked with the team."} for rule in rules]

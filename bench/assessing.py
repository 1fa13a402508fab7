"""An assessment's page of 500 series, as a partner opens it: from the request to the last byte.

Law: what is timed is the gateway's page with needs asked behind it, both in this process; the
figures are of an area, England, its region and ten neighbours, over five years.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from bench.ground import Ground
from bench.measuring import Goal, Tally, Wanted
from shared.testing.houses import token
from tests.pages import story
from tests.pages.needing import Needing, found, open_pair

SERIES = 500
YEARS = range(2020, 2025)
LIMIT = Goal(300, "at most")
REQUESTS = 30
OURS, ENGLAND, NORTH = "E08000024", "E92000001", "E12000001"
NEIGHBOURS = tuple(f"E080001{n:02}" for n in range(10))
GROUPS = (
    ("all", ""),
    *(("age-band", band) for band in ("0-7", "8-12", "13+")),
    *(("sex", sex) for sex in ("Female", "Male")),
    *(("ethnicity", group) for group in ("Asian", "Black", "Mixed", "White")),
)
CASES: Mapping[str, tuple[int, tuple[tuple[str, str], ...], str]] = {
    "500 indicators": (SERIES, GROUPS[:1], "all"),
    "50 indicators by 10 groups": (SERIES // len(GROUPS), GROUPS, "every"),
}


async def run(ground: Ground, tally: Tally, _: Wanted) -> None:
    for case, (indicators, groups, breakdown) in CASES.items():
        async with (
            ground.database() as gateway,
            ground.database() as needs,
            open_pair(gateway, needs) as pair,
        ):
            await _fill(pair, indicators, groups)
            middle, slow, busy = await _timed(pair, breakdown, tally.rounds)
        tally.note(f"{case}: p50 of {REQUESTS}", "ms", middle, LIMIT)
        tally.note(f"{case}: p99 of {REQUESTS}", "ms", slow, LIMIT)
        tally.note(f"{case}: of a core, p50", "ms", busy)


async def _fill(pair: Needing, indicators: int, groups: tuple[tuple[str, str], ...]) -> None:
    await found(pair)
    areas = [(ENGLAND, "england", ()), (NORTH, "regions", (ENGLAND,))]
    upper = "counties-and-unitary-authorities"
    areas += [(code, upper, (NORTH,)) for code in (OURS, *NEIGHBOURS)]
    body: dict[str, Any] = {
        "source": "bench",
        "areas": [{"code": c, "name": c, "kind": k, "parents": p} for c, k, p in areas],
        "neighbours": [{"area": OURS, "neighbours": NEIGHBOURS}],
    }
    assert (await pair.commissioner.put("/v1/areas", body)).is_success
    opened = {
        "partnership": pair.partnership, "year": "2026/27", "title": "Many",
        "outcomes": [{"outcome": f"o{n}", "title": f"Outcome {n}"} for n in range(10)],
    }  # fmt: skip
    pair.assessment = (await pair.done("/v1/assessments", opened))["id"]
    chance = Random(1)  # noqa: S311 - the same figures each time
    at = f"/v1/assessments/{pair.assessment}"
    for n in range(indicators):
        indicator = {
            "title": f"Indicator {n} of what children need", "outcome": f"o{n % 10}",
            "unit": "percent", "direction": "higher", "area": OURS, "source": "bench",
        }  # fmt: skip
        made = (await pair.commissioner.done(f"{at}/indicators", indicator))["part"]
        figures = [
            {
                "area": code, "period": str(year), "breakdown": kind, "group": group, "base": 400,
                "value": str(Decimal(chance.randint(200, 900)) / 10),
            }
            for code in (OURS, ENGLAND, NORTH, *NEIGHBOURS)
            for year in YEARS
            for kind, group in groups
        ]  # fmt: skip
        await pair.commissioner.done(f"{at}/series", {"indicator": made, "figures": figures})
    await pair.settle()


async def _timed(
    pair: Needing, breakdown: str, rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Of each round, in milliseconds: the middle, the slowest hundredth, and what the middle one
    took of a core, which a machine busy with other work does not lengthen as much.
    """
    bearer = token(story.COUNCIL, story.COMMISSIONER, "commissioner")
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "text/html"}
    way = f"/assessments/{pair.assessment}?breakdown={breakdown}"
    middles: list[float] = []
    slows: list[float] = []
    busy: list[float] = []
    for _ in range(rounds):
        spent: list[float] = []
        worked: list[float] = []
        for _ in range(REQUESTS):
            began, before = perf_counter(), process_time()
            answer = await pair.gateway.client.get(way, headers=headers)
            spent.append((perf_counter() - began) * 1000)
            worked.append((process_time() - before) * 1000)
            assert answer.status_code == 200
            assert f"{SERIES} series." in answer.text
        cuts = quantiles(spent, n=100, method="inclusive")
        middles.append(cuts[49])
        slows.append(cuts[98])
        busy.append(median(worked))
    return middles, slows, busy

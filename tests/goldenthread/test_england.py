"""The simulated country: the same seed gives the same one, and its figures are right returns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from goldenthread.demo.stage import NotAccepted
from goldenthread.england.country import MEASURES, YEAR, country, figures, names
from goldenthread.england.measuring import at_percentile
from goldenthread.england.simulating import ALL, ONE, Phase, Size, Year
from goldenthread.england.speaking import Kind, kind_of, side_by_side
from goldenthread.england.telling import as_json
from services.monitoring.returns.bulk import ItemBody
from services.monitoring.returns.looks import Look, Past
from services.monitoring.returns.rules import problems
from shared.published.terms import Block, CostAndVolume, MeasureTerms
from tests.monitoring.agreed import TERMS

NOWHERE = Path("there-is-no-such-file")


def test_where_the_authorities_are_not_at_hand_they_have_numbers() -> None:
    assert names(NOWHERE, 2) == ["Authority 001", "Authority 002"]


def test_upper_tier_authorities_give_their_names_and_more_are_numbered(tmp_path: Path) -> None:
    areas = tmp_path / "areas.csv"
    areas.write_text(
        "area_code,area_name,area_type\n"
        'E1,"Bournemouth, Christchurch and Poole",counties-and-unitary-authorities\n'
        "E2,Barset,districts-and-unitary-authorities\n"
    )
    assert names(areas, 2) == ["Bournemouth, Christchurch and Poole", "Authority 002"]


def test_the_same_seed_is_the_same_country() -> None:
    first, again = (country(3, 25, 7, NOWHERE) for _ in range(2))
    assert [one.contracts for one in first] == [one.contracts for one in again]
    other = country(3, 25, 8, NOWHERE)
    assert [one.contracts for one in first] != [one.contracts for one in other]
    agencies = [provider.agency for one in first for provider in one.providers]
    assert (len(agencies), len(set(agencies))) == (9, 9)


MEASURE_TERMS = tuple(
    MeasureTerms(
        measure=str(one["measure"]), title="t", outcome="well", quadrant="how-much",
        unit=one["unit"], direction="higher", target=Decimal(str(one["target"])),
        tolerance=Decimal(str(one["tolerance"])),
    )
    for one in MEASURES
)  # fmt: skip


@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_every_return_of_the_country_is_one_that_the_rules_take(quarter: int) -> None:
    [one] = country(1, 60, 3, NOWHERE)
    for commissioned in one.contracts:
        sent: dict[str, Any] = figures("c1", commissioned, quarter, 3)
        body = ItemBody.model_validate(sent)
        payment = (
            CostAndVolume(
                measure="seen", unit_price_pence=1, floor_annual_pence=0, cap_annual_pence=9
            )
            if commissioned.by_volume
            else Block(annual_pence=commissioned.annual_pence)
        )
        terms = replace(TERMS, measures=MEASURE_TERMS, payment=payment)
        look = Look(body.offer(None, [], []), terms, f"{YEAR}-Q{quarter}", Past())
        assert problems(look) == ()


def test_a_kind_of_request_has_no_names_in_it() -> None:
    assert kind_of("POST", "/v1/awards/019c-aa/making") == "POST /awards/*/making"
    assert kind_of("GET", "/v1/ledgers/f1?year=2026-27") == "GET /ledgers/*"
    assert kind_of("PUT", "/v1/sandbox/clock") == "PUT /sandbox/clock"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    seconds = [n / 100 for n in range(100, 0, -1)]
    assert (at_percentile(seconds, 50), at_percentile(seconds, 99)) == (0.5, 0.99)
    assert at_percentile([0.3], 99) == 0.3


def test_a_year_is_told_by_the_million_events_and_by_ratio() -> None:
    year = Year(Size(2, 1, 1, 1), returns=2, events={"needs": 400, "monitoring": 600})
    year.phases = [Phase("founding", 3.0, {"needs": 1.5}, 1000)]
    year.kinds = {"POST /x": Kind(2, 0.5)}
    year.reads = {ALL: {"overview": [0.03]}, ONE: {"overview": [0.02]}}
    told = as_json(year)
    assert told["wall_seconds_per_million_events"] == 3000
    assert told["cpu_seconds_per_million_events"] == 1500
    assert told["p99_ratios"] == {"overview": 1.5}


async def test_the_first_failure_is_told_as_itself() -> None:
    async def fail_at_two(n: int) -> None:
        if n == 2:
            raise NotAccepted("two")

    with pytest.raises(NotAccepted, match="two"):
        await side_by_side(range(5), fail_at_two)

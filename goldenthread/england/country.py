"""Who there is in the simulated country: partnerships, people, providers, contracts, figures.

Law: everything follows from the seed, nothing is a person's, and no figure is anyone's real one.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from goldenthread.demo.delivering import budget, counted, proportion
from goldenthread.demo.stage import Json, Person

UPPER_TIER = "counties-and-unitary-authorities"
CONTRACTS_PER_PROVIDER = 10
YEAR = "2026-27"
STARTS_ON, ENDS_ON = "2026-04-01", "2027-03-31"
UNIT_PRICE_PENCE = 48_50
MEASURES: tuple[Json, ...] = (
    {
        "measure": "seen", "title": "Children seen", "outcome": "well", "quadrant": "how-much",
        "unit": "number", "direction": "higher", "target": "100", "tolerance": "20",
    },
    {
        "measure": "in-time", "title": "Seen within ten days", "outcome": "well",
        "quadrant": "how-well", "unit": "percent", "direction": "higher", "target": "80",
        "tolerance": "10", "minimum_volume": 20,
    },
    {
        "measure": "better", "title": "Children who say they feel better", "outcome": "well",
        "quadrant": "better-off-percent", "unit": "percent", "direction": "higher",
        "target": "60", "tolerance": "5",
    },
)  # fmt: skip


@dataclass(frozen=True)
class Commissioned:
    """A contract to be: its place in the country, who provides it, and what it pays for."""

    place: str
    provider: Person
    annual_pence: int
    by_volume: bool

    @property
    def payment(self) -> Json:
        if not self.by_volume:
            return {"mechanism": "block", "annual_pence": self.annual_pence}
        return {
            "mechanism": "cost-and-volume",
            "measure": "seen",
            "unit_price_pence": UNIT_PRICE_PENCE,
            "floor_annual_pence": self.annual_pence // 2,
            "cap_annual_pence": self.annual_pence,
        }


@dataclass
class Partnership:
    """A local partnership, its people, and the ids the platform gave to what it made."""

    number: int
    name: str
    contracts: tuple[Commissioned, ...]
    id: str = ""
    fund: str = ""
    specification: str = ""
    signed: dict[str, Commissioned] = field(default_factory=dict[str, Commissioned])

    @property
    def council(self) -> str:
        return f"council-{self.number:03d}"

    @property
    def health(self) -> str:
        return f"icb-{self.number:03d}"

    @property
    def members(self) -> list[Json]:
        return [
            {"agency": self.council, "kind": "council", "name": f"{self.name} council"},
            {"agency": self.health, "kind": "nhs-icb", "name": f"{self.name} care board"},
        ]

    def person(self, post: int, *roles: str, health: bool = False) -> Person:
        agency = self.health if health else self.council
        return Person(f"p-{self.number:03d}-{post}", agency, roles)

    @property
    def commissioner(self) -> Person:
        return self.person(1, "commissioner")

    @property
    def finance(self) -> Person:
        return self.person(2, "finance")

    @property
    def officer(self) -> Person:
        return self.person(3, "procurement-officer")

    @property
    def secretary(self) -> Person:
        return self.person(4, "board-secretary")

    @property
    def approver(self) -> Person:
        return self.person(5, "commissioner", health=True)

    @property
    def board(self) -> tuple[Person, Person]:
        return self.person(6, "board-member"), self.person(7, "board-member", health=True)

    @property
    def providers(self) -> list[Person]:
        return list(dict.fromkeys(one.provider for one in self.contracts))


def names(reference: Path, count: int) -> list[str]:
    """The names of England's upper-tier authorities; where their file is absent, numbers."""
    found: list[str] = []
    if reference.exists():
        with reference.open(newline="") as file:
            found = [row["area_name"] for row in csv.DictReader(file) if _upper_tier(row)]
    more = [f"Authority {n:03d}" for n in range(len(found) + 1, count + 1)]
    return [*found, *more][:count]


def _upper_tier(row: dict[str, str]) -> bool:
    return row["area_type"] == UPPER_TIER


def country(partnerships: int, contracts: int, seed: int, reference: Path) -> list[Partnership]:
    """Every partnership with the contracts it will have."""
    chance = Random(seed)  # noqa: S311 - figures of a simulation
    return [
        Partnership(number, name, tuple(_commissioned(number, n, chance) for n in range(contracts)))
        for number, name in enumerate(names(reference, partnerships), 1)
    ]


def _commissioned(partnership: int, n: int, chance: Random) -> Commissioned:
    number = n // CONTRACTS_PER_PROVIDER
    person = Person(
        f"p-{partnership:03d}-p{number}", f"provider-{partnership:03d}-{number:02d}", ("provider",)
    )
    return Commissioned(
        f"{partnership}/{n}", person, chance.randrange(20_000_00, 60_000_00, 1_00), n % 3 == 2
    )


def figures(contract: str, one: Commissioned, quarter: int, seed: int) -> Json:
    """A right return: about one in ten misses a target."""
    chance = Random(f"{seed} {one.place} {quarter}")  # noqa: S311 - figures of a simulation
    period = f"{YEAR}-Q{quarter}"
    seen, asked = chance.randrange(90, 180), chance.randrange(60, 120)
    in_time = round(seen * chance.uniform(0.68, 0.98))
    better = round(asked * chance.uniform(0.53, 0.8))
    spent = one.annual_pence * quarter // 4
    element = "Activity" if one.by_volume else "Block"
    readings: list[Any] = [
        *counted("seen", period, seen),
        *proportion("in-time", period, in_time, seen),
        *proportion("better", period, better, asked),
    ]
    line = (one.annual_pence, spent, one.annual_pence - chance.randrange(1, 9_99))
    return {
        "contract": contract,
        "period": period,
        "readings": readings,
        "budget": budget({element: line}),
        "complaints": chance.randrange(0, 3),
        "compliments": chance.randrange(0, 9),
        "declaration": "I made these figures myself; they are complete and right.",
    }

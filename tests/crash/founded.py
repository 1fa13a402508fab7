"""What there is before the first process dies: partners, providers, specifications and funds.

Law: it is made in peace, so that under fire every journey finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from goldenthread.demo import agreeing, assessing, founding, offers
from goldenthread.demo.agreeing import YearOfMoney
from goldenthread.demo.cast import COUNCIL, MEMBERS, SECRETARY
from goldenthread.demo.founding import Service, Story
from goldenthread.demo.stage import Stage

YEAR = YearOfMoney("2025-26", (10**9, 10**9, 10**9), (50, 40, 10), 200)
FUNDS = 4
TODAY = date(2025, 7, 14)


@dataclass(frozen=True)
class Founded:
    """The ids that journeys under fire build on."""

    partnership: str
    neighbours: str
    specification: str
    funds: tuple[str, ...]


def found(stage: Stage) -> Founded:
    """A partnership with everything a contract needs, and a second one to gather evidence in."""
    story = Story(stage)
    founding.form_partnership(story)
    needs = assessing.inherited_needs(story)
    stage.go_to(date(2025, 1, 15))
    wanted: list[Service] = [offers.COUNSELLING]
    founding.plan(story, "2024/25", "Continue what works", needs, wanted, date(2025, 2, 3))
    stage.go_to(date(2025, 3, 3))
    funds: list[str] = []
    for _ in range(FUNDS):
        agreeing.open_fund(story, YEAR)
        funds.append(story.fund)
    formed: dict[str, Any] = {
        "name": "The neighbours' partnership",
        "lead": COUNCIL,
        "members": MEMBERS,
        "effective_on": "2025-03-03",
    }
    neighbours = stage.made(SECRETARY, "/v1/partnerships", formed)
    stage.go_to(TODAY)
    specification = story.specifications["counselling"]
    return Founded(story.partnership, neighbours, specification, tuple(funds))

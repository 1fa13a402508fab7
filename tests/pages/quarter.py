"""A provider's first quarter on new contracts: one makes the return, another signs it."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from services.contracts.contracts.presets import COUNCIL
from shared.values.quarters import months_of
from tests.pages import story
from tests.pages.stage import Stage

PERIOD = "2027-28-Q2"
MAKER, SIGNATORY, MANAGER = story.LEAD, story.TRUSTEE, story.MANAGER
MEASURES = story.MEASURES[:2]
CONTRACTS = {
    "q1": "Mentoring after school",
    "q2": "Drop-in at the library",
    "q3": "Counselling by phone",
    "q4": "Peer support in colleges",
    "q5": "Holiday groups",
    "q6": "Parents together",
    "q7": "A quiet room",
    "q8": "Reading together",
}
"""Each is used by one test alone; the maker of `q5` may sign."""
RATED = ("q2", "q3")
"""Under terms that ask for ratings."""


async def begin(stage: Stage) -> None:
    for contract, title in CONTRACTS.items():
        terms = replace(
            story.terms(title, MEASURES), starts_on=date(2027, 7, 1),
            commitments={"2027/28": 67_500_00, "2028/29": 90_000_00},
            maker_may_sign=contract == "q5", fund="",
            case=COUNCIL if contract in RATED else None,
        )  # fmt: skip
        signed = replace(
            story.SIGNED, contract=contract, terms=terms, effective_on=date(2027, 7, 1)
        )
        await stage.hear("contracts", f"contract/{contract}", signed)


def figures() -> dict[str, Any]:
    """The quarter as the API takes it."""
    readings: list[dict[str, Any]] = []
    for month, seen, days in zip((*months_of(PERIOD), PERIOD), (30, 28, 34, 92), (18, 19, 17, 18),
                                 strict=True):  # fmt: skip
        readings += [
            {"measure": "m-seen", "period": month, "value": seen},
            {"measure": "m-wait", "period": month, "value": days},
        ]
    sums = {"budget_pence": 67_500_00, "spent_pence": 22_500_00, "forecast_pence": 67_000_00}
    return {
        "readings": readings,
        "budget": [{"element": "Block", **sums}],
        "complaints": 1,
        "compliments": 4,
        "story": "Two schools joined; waiting stayed short.",
    }

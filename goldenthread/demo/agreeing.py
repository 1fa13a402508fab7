"""Money and contracts: a pooled fund of three partners, and what is signed against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goldenthread.demo.cast import (
    ACCOUNTANT,
    COMMISSIONER,
    CONTRACT_MANAGER,
    COUNCIL,
    FINANCE,
    HEALTH,
    POLICE,
    PROCUREMENT,
)
from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Json

PARTNERS = (COUNCIL, HEALTH, POLICE)
LEGAL_BASIS = {COUNCIL: "section-75", HEALTH: "section-75", POLICE: "section-10"}


@dataclass(frozen=True)
class YearOfMoney:
    """What each partner puts in for a year, and who would bear an overspend."""

    year: str
    contributions: tuple[int, int, int]
    overspend_weights: tuple[int, int, int]
    carry_forward_limit_basis_points: int


FIRST = YearOfMoney("2025-26", (105_000_01, 75_000_00, 20_000_03), (50, 40, 10), 200)
SECOND = YearOfMoney("2026-27", (186_000_07, 121_000_00, 29_000_01), (50, 40, 10), 200)


def open_fund(story: Story, money: YearOfMoney) -> None:
    """The agreement and its first year."""
    opened = {
        "partnership": story.partnership,
        "name": "Alderbrook children's pooled fund",
        "legal_basis": "section-75",
        "pool_manager": ACCOUNTANT.person,
        "year": money.year,
        "partners": list(PARTNERS),
        "attribution_weights": list(money.contributions),
    }
    story.fund = str(story.stage.do(FINANCE, "/v1/funds", opened)["fund"])
    _fill(story, money)


def open_next_year(story: Story, money: YearOfMoney) -> None:
    weights = {"year": money.year, "attribution_weights": list(money.contributions)}
    story.stage.settle()
    story.stage.do(FINANCE, f"/v1/funds/{story.fund}/years", weights)
    _fill(story, money)


def _fill(story: Story, money: YearOfMoney) -> None:
    stage, at = story.stage, f"/v1/funds/{story.fund}/years/{money.year}"
    stage.settle()
    share = {
        "overspend_weights": list(money.overspend_weights),
        "carry_forward_limit_basis_points": money.carry_forward_limit_basis_points,
    }
    stage.do(FINANCE, f"{at}/risk-share", share)
    for partner, pence in zip(PARTNERS, money.contributions, strict=True):
        agreed = {
            "partner": partner,
            "annual_pence": pence,
            "legal_basis": LEGAL_BASIS[partner],
        }
        stage.do(FINANCE, f"{at}/contributions", agreed)
    stage.settle()


def award_without_tender(story: Story, name: str, way: str, provider: str, pence: int) -> None:
    """A direct award, grant or in-house provision, with its reason, within the officer's limit."""
    proposed: dict[str, Any] = {
        "way": way,
        "specification": story.specifications[name],
        "provider": provider,
        "annual_price_pence": pence,
        "reason": "Continues what children use today until it can be commissioned anew.",
        "delegated_limit_pence": 150_000_00,
    }
    if way == "direct-award":
        proposed["section"] = "s.41, Sch. 5 para. 7"
    if way == "grant":
        proposed["grant_conditions"] = "For open evenings alone; what is not spent is paid back."
    award = story.stage.made(PROCUREMENT, "/v1/awards", proposed)
    story.stage.settle()
    story.stage.do(PROCUREMENT, f"/v1/awards/{award}/interests", {"interested": False})
    story.stage.do(PROCUREMENT, f"/v1/awards/{award}/making", {})
    story.contracts[name] = award
    story.stage.settle()


def allow_above_authority(story: Story, name: str, money: YearOfMoney, above_pence: int) -> None:
    """A named officer lets one contract be committed above what the year has; on record."""
    override = {
        "contract": story.contracts[name],
        "above_pence": above_pence,
        "reason": "What is carried forward from the year before will cover it.",
    }
    at = f"/v1/funds/{story.fund}/years/{money.year}/overrides"
    story.stage.do(ACCOUNTANT, at, override)


def sign(story: Story, name: str, payment: Json, starts_on: str, ends_on: str, **more: Any) -> None:
    """Signs on the award: terms, measures and money in one breath."""
    terms: Json = {
        "fund": story.fund,
        "payment": payment,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "monitoring_officer": CONTRACT_MANAGER.person,
        "review": {"clause": "12.1", "working_days": 10},
        "termination": {"clause": "18.2", "working_days": 60},
        "standards": {
            "clause": "14",
            "standards": ["National Service Framework for Children"],
        },
    }
    story.stage.settle()
    at = f"/v1/contracts/{story.contracts[name]}/signature"
    story.stage.do(COMMISSIONER, at, terms | more)
    story.stage.settle()

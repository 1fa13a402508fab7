"""The whole story in order, and what it must have come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from goldenthread.demo import (
    agreeing,
    assessing,
    choosing,
    closing,
    delivering,
    founding,
    offers,
    performing,
    together,
)
from goldenthread.demo.agreeing import FIRST, SECOND
from goldenthread.demo.cast import (
    COMMISSIONER,
    COUNSELLING,
    COUNSELLOR,
    FINANCE,
    PASTORAL_LEAD,
    SCHOOL,
    YOUTH_CLUB,
    YOUTH_WORKER,
)
from goldenthread.demo.founding import Story

Scene = Callable[[Story], object]


class Act(NamedTuple):
    """A part of the story with its name for the progress bar."""

    name: str
    scene: Scene


def found(story: Story) -> None:
    founding.form_partnership(story)
    needs = assessing.inherited_needs(story)
    story.stage.go_to(date(2025, 1, 15))
    [adopted] = founding.plan(
        story,
        "2024/25",
        "Continue what works",
        needs,
        offers.INHERITED,
        date(2025, 2, 3),
        also=[together.draft_framework(story)],
    )
    together.adopt_framework(story, adopted, date(2025, 4, 1))


def take_over(story: Story) -> None:
    """A fund, and contract, grant and service level agreement for what is already there."""
    story.stage.go_to(date(2025, 3, 3))
    agreeing.open_fund(story, FIRST)
    agreeing.award_without_tender(story, "counselling", "direct-award", COUNSELLING, 96_000_00)
    agreeing.award_without_tender(story, "youth", "grant", YOUTH_CLUB, 36_000_00)
    agreeing.award_without_tender(story, "pastoral", "in-house-provision", SCHOOL, 60_000_00)
    whole, two = ("2025-04-01", "2026-03-31"), ("2025-04-01", "2027-03-31")
    agreeing.sign(story, "counselling", offers.COUNSELLING_PAYMENT, *whole)
    agreeing.sign(story, "youth", offers.YOUTH_PAYMENT, *two, returns="annual")
    agreeing.sign(story, "pastoral", offers.PASTORAL_PAYMENT, *two, maker_may_sign=True)


QUARTERS = (
    ("Q1", date(2025, 4, 7), date(2025, 7, 14), 161, (96, 150), 268, (206, 268)),
    ("Q2", date(2025, 7, 15), date(2025, 10, 2), 148, (90, 140), 244, (190, 244)),
    ("Q3", date(2026, 1, 6), date(2026, 1, 16), 155, (97, 152), 291, (230, 291)),
    ("Q4", date(2026, 1, 20), date(2026, 4, 15), 152, (95, 149), 259, (201, 259)),
)


def money(story: Story, n: int) -> None:
    name, money_on, *_ = QUARTERS[n]
    story.stage.go_to(money_on)
    delivering.contributions_in(story, FIRST, name)


def returns(story: Story, n: int) -> None:
    """The returns of one quarter of 2025/26, accepted and paid."""
    name, _, returned_on, seen, better, sessions, helped = QUARTERS[n]
    period = f"2025-26-{name}"
    story.stage.go_to(returned_on)
    readings = [
        *delivering.counted("seen", period, seen),
        *delivering.proportion("feel-better", period, *better),
    ]
    spent = delivering.budget({"Block": (96_000_00, 23_700_00 * (n + 1), 95_100_00)})
    delivering.hand_in(story, COUNSELLOR, "counselling", period, readings, budget=spent)
    delivering.accept(story, "counselling", period)
    readings = [
        *delivering.counted("sessions", period, sessions),
        *delivering.proportion("satisfied", period, *helped),
    ]
    spent = delivering.budget({"Activity": (60_000_00, 13_100_00 * (n + 1), 52_400_00)})
    delivering.hand_in(story, PASTORAL_LEAD, "pastoral", period, readings, budget=spent)
    delivering.accept(story, "pastoral", period, COMMISSIONER)
    delivering.pay_what_is_due(story)


def assess(story: Story) -> None:
    """Needs and a strategy, while the services taken over run on."""
    money(story, 0)
    needs = assessing.reports_that_add_up(story)
    returns(story, 0)
    money(story, 1)
    story.stage.go_to(date(2025, 8, 18))
    founding.plan(
        story,
        "2025/26",
        "Early help against bullying",
        needs,
        [offers.EARLY_HELP],
        date(2025, 9, 15),
    )


def tender(story: Story) -> None:
    returns(story, 1)
    award = choosing.choose(story, story.specifications["early-help"], 150_000_00)
    story.contracts["early-help"] = award


def agree(story: Story) -> None:
    """A three-year contract that commits one year's money."""
    money(story, 2)
    returns(story, 2)
    money(story, 3)
    story.stage.go_to(date(2026, 3, 16))
    agreeing.open_next_year(story, SECOND)
    agreeing.allow_above_authority(story, "early-help", SECOND, 5_000_00)
    agreeing.sign(
        story,
        "early-help",
        offers.EARLY_HELP_PAYMENT,
        "2026-04-01",
        "2029-03-31",
        withholding={"clause": "14.5", "basis_points": 200},
        sanctions_live_on="2026-07-01",
    )


def close_first_year(story: Story) -> None:
    """The last returns of 2025/26, the close, and what is carried forward."""
    stage = story.stage
    returns(story, 3)
    coming = delivering.counted("coming", "2025-26-Y", 191)
    spent = delivering.budget({"Block": (36_000_00, 35_940_00, 35_940_00)})
    delivering.hand_in(story, YOUTH_WORKER, "youth", "2025-26-Y", coming, budget=spent)
    delivering.accept(story, "youth", "2025-26-Y")
    stage.go_to(date(2026, 4, 20))
    delivering.contributions_in(story, SECOND, "Q1")
    stage.go_to(date(2026, 6, 15))
    delivering.pay_what_is_due(story)
    closing.complete(story, "counselling")
    closing.close_year(story, FIRST)
    bring = f"/v1/funds/{story.fund}/years/{SECOND.year}/brought-forward"
    stage.do(FINANCE, bring, {})


def perform(story: Story) -> None:
    performing.first_quarter(story)
    performing.second_quarter(story)
    performing.restatement(story)


def get_better(story: Story) -> None:
    performing.winter(story)
    performing.third_quarter(story)
    performing.spring(story)


def end(story: Story) -> None:
    """2026/27 accrued, returned, closed; today is 30 June 2027."""
    closing.fourth_quarter(story)
    closing.next_assessment(story)
    story.stage.go_to(date(2027, 6, 21))
    for name in ("youth", "pastoral"):
        closing.complete(story, name)
    closing.close_year(story, SECOND)
    together.open_vote(story)
    story.stage.go_to(date(2027, 6, 30))
    story.passed = closing.walk_back(story)


ACTS: tuple[Act, ...] = (
    Act("A partnership is formed", found),
    Act("It takes over what is there", take_over),
    Act("Reports add up to a need", assess),
    Act("A tender", tender),
    Act("A three-year contract", agree),
    Act("The first year is closed", close_first_year),
    Act("A target is missed, and again", perform),
    Act("The plan works", get_better),
    Act("The second year is closed", end),
)

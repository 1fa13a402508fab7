"""The ends of both years: accrued, returned, closed; and an auditor who walks a pound back."""

from __future__ import annotations

from datetime import date

from goldenthread.demo.agreeing import YearOfMoney
from goldenthread.demo.cast import (
    ACCOUNTANT,
    AUDITOR,
    COMMISSIONER,
    COUNSELLOR,
    FINANCE,
    YOUTH_WORKER,
)
from goldenthread.demo.delivering import accept, budget, counted, hand_in, pay_what_is_due
from goldenthread.demo.founding import Story
from goldenthread.demo.performing import TOLD, early_help, pastoral, spending
from goldenthread.demo.stage import NotAccepted


def close_year(story: Story, money: YearOfMoney) -> None:
    """One person prepares, another approves; what is due back goes back."""
    stage, at = story.stage, f"/v1/funds/{story.fund}/years/{money.year}"
    stage.settle()
    stage.do(FINANCE, f"{at}/close", {})
    stage.settle()
    stage.refused(FINANCE, f"{at}/close/approval", None, "approver-is-preparer")
    stage.do(ACCOUNTANT, f"{at}/close/approval", {})
    stage.settle()
    returned = stage.send(ACCOUNTANT, "POST", f"{at}/returned", {})
    if returned.is_error and returned.json()["code"] != "nothing-returnable":
        raise NotAccepted(returned.text)
    stage.settle()


def complete(story: Story, name: str) -> None:
    """A contract's last day is over; what was still promised is released."""
    story.stage.do(COMMISSIONER, f"/v1/contracts/{story.contracts[name]}/completion")
    story.stage.settle()


def fourth_quarter(story: Story) -> None:
    """The outcome sum is accrued at the year's end and reversed exactly when the return comes."""
    stage, contract, period = story.stage, story.contracts["early-help"], "2026-27-Q4"
    stage.go_to(date(2027, 4, 2))
    at = f"/v1/contracts/{contract}/accruals"
    estimate = {"element": "Outcome", "period": period, "amount_pence": 9_000_00}
    accrual = str(stage.do(FINANCE, at, estimate)["accrual"])
    stage.refused(FINANCE, f"{at}/{accrual}/approval", None, "approver-is-preparer")
    stage.do(ACCOUNTANT, f"{at}/{accrual}/approval", {})
    stage.go_to(date(2027, 4, 19))
    figures = early_help(period, 124, (99, 110), (49, 104))
    spent = spending(4)
    hand_in(story, COUNSELLOR, "early-help", period, figures, budget=spent, told=TOLD[3])
    accept(story, "early-help", period)
    pastoral(story, "Q4", 274, (233, 274))
    coming = counted("coming", "2026-27-Y", 204)
    spent = budget({"Block": (36_000_00, 36_000_00, 36_000_00)})
    hand_in(story, YOUTH_WORKER, "youth", "2026-27-Y", coming, budget=spent)
    accept(story, "youth", "2026-27-Y")
    stage.go_to(date(2027, 5, 4))
    paid = pay_what_is_due(story)
    story.payment = paid[contract]


def next_assessment(story: Story) -> None:
    """What the review found is evidence of the next assessment from its first day."""
    stage = story.stage
    opened = {
        "partnership": story.partnership,
        "year": "2027/28",
        "title": "Assessment for 2027/28",
        "outcomes": [{"outcome": "safe-from-harm", "title": "Children are safe from harm"}],
    }
    assessment = stage.made(COMMISSIONER, "/v1/assessments", opened)
    stage.settle()
    shown = stage.read(COMMISSIONER, f"/v1/assessments/{assessment}")
    if not shown["findings"]:
        raise NotAccepted("the review's finding has not reached the next assessment")


def walk_back(story: Story) -> list[str]:
    """An auditor follows one payment back to the need it serves; gives the kinds passed."""
    thread = story.stage.read(AUDITOR, f"/v1/threads/payment/{story.payment}")
    kinds = [str(node["kind"]) for node in thread["nodes"]]
    missing = {"payment", "certificate", "contract", "award", "tender", "specification", "need"}
    if missing - set(kinds):
        raise NotAccepted(f"the thread breaks before {missing - set(kinds)}")
    return kinds

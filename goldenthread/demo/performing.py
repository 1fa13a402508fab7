"""2026/27: a service misses its target twice, is helped, and gets better; all of it on record."""

from __future__ import annotations

from datetime import date
from typing import Any

from goldenthread.demo.agreeing import SECOND
from goldenthread.demo.cast import (
    COMMISSIONER,
    CONTRACT_MANAGER,
    COUNSELLOR,
    FINANCE,
    PASTORAL_LEAD,
    SIGNATORIES,
)
from goldenthread.demo.delivering import (
    accept,
    budget,
    contributions_in,
    counted,
    hand_in,
    pay_what_is_due,
    proportion,
    signed,
)
from goldenthread.demo.founding import Story, meet
from goldenthread.demo.stage import Json, NotAccepted

YEAR = "2026-27"


def early_help(
    period: str, reached: int, contacted: tuple[int, int], safer: tuple[int, int]
) -> list[Json]:
    return [
        *counted("reached", period, reached),
        *proportion("first-contact", period, *contacted),
        *counted("safer", period, safer[0]),
        *proportion("safer-share", period, *safer),
    ]


def pastoral(story: Story, quarter: str, sessions: int, helped: tuple[int, int]) -> None:
    period = f"{YEAR}-{quarter}"
    readings = [*counted("sessions", period, sessions), *proportion("satisfied", period, *helped)]
    spent = budget({"Activity": (60_000_00, sessions * 4_700, 56_000_00)})
    hand_in(story, PASTORAL_LEAD, "pastoral", period, readings, budget=spent)
    accept(story, "pastoral", period, COMMISSIONER)


def spending(quarters: int) -> list[Json]:
    fee = (200_000_00, 48_700_00 * quarters, 196_000_00)
    outcome = (45_000_00, 9_100_00 * quarters, 38_000_00)
    return budget({"Fee": fee, "Outcome": outcome})


def first_quarter(story: Story) -> None:
    """A dry run names the wrong cell; a query does not stop the instalment."""
    stage, period = story.stage, f"{YEAR}-Q1"
    at = f"/v1/returns/{story.contracts['early-help']}/{period}"
    stage.go_to(date(2026, 7, 10))
    figures = early_help(period, 126, (80, 105), (41, 98))
    wrong = [dict(reading) for reading in figures]
    for reading in wrong:
        if reading["measure"] == "first-contact" and reading["period"] == period:
            reading["numerator"], reading["denominator"] = "105", "80"
    tried = stage.send(COUNSELLOR, "PUT", f"{at}?dry_run=true", {"readings": wrong}).json()
    found: list[Json] = tried.get("problems") or tried.get("errors") or []
    if not any("numerator" in str(problem) for problem in found):
        raise NotAccepted(f"the dry run did not name the cell: {tried}")
    spent = spending(1)
    hand_in(story, COUNSELLOR, "early-help", period, figures, budget=spent, told=TOLD[0])
    question = {"text": "Why was first contact slow in June?", "measure": "first-contact"}
    stage.settle()
    stage.do(CONTRACT_MANAGER, f"{at}/queries", question)
    pastoral(story, "Q1", 262, (210, 262))
    stage.go_to(date(2026, 7, 20))
    pay_what_is_due(story)
    stage.go_to(date(2026, 7, 24))
    [query] = stage.read(COUNSELLOR, at)["queries"]
    answer = {"answer": "Two counsellors were ill; both are back."}
    stage.do(COUNSELLOR, f"{at}/queries/{query}/answer", answer)
    accept(story, "early-help", period)
    hold_meeting(story, period, date(2026, 7, 28))
    pay_what_is_due(story)


TOLD = (
    "A child who had stopped coming to school came back with a friend.",
    "Parents asked for evenings; evenings it is.",
    "Peer supporters now open the door themselves.",
    "Two schools have asked to have peer supporters too.",
)


def hold_meeting(story: Story, period: str, day: date) -> None:
    stage, at = story.stage, f"/v1/returns/{story.contracts['early-help']}/{period}"
    stage.go_to(day)
    held = {
        "held_on": day.isoformat(),
        "minutes": "We went through the return, measure by measure.",
        "actions": [
            {
                "text": "Send the rota of first contacts each week.",
                "owner": COUNSELLOR.person,
                "due_on": "2026-12-18",
            }
        ],
    }
    stage.do(CONTRACT_MANAGER, f"{at}/meetings", held)


def second_quarter(story: Story) -> None:
    """Late, and a second miss: a flag, an explanation, a plan, money kept back by clause."""
    stage, period = story.stage, f"{YEAR}-Q2"
    at = f"/v1/returns/{story.contracts['early-help']}/{period}"
    contributions_in(story, SECOND, "Q2")
    stage.go_to(date(2026, 10, 12))
    pastoral(story, "Q2", 231, (190, 231))
    stage.go_to(date(2026, 10, 27))
    if not stage.read(CONTRACT_MANAGER, at)["overdue"]:
        raise NotAccepted("a return that did not come is not overdue")
    figures = early_help(period, 118, (70, 96), (39, 90))
    hand_in(story, COUNSELLOR, "early-help", period, figures, budget=spending(2), told=TOLD[1])
    accept(story, "early-help", period)
    hold_meeting(story, period, date(2026, 11, 3))
    raised = f"/v1/flags?status=raised&contract={story.contracts['early-help']}"
    [flag] = stage.read(CONTRACT_MANAGER, raised)["items"]
    story.flag = str(flag["flag"])
    at = f"/v1/flags/{story.flag}"
    stage.do(CONTRACT_MANAGER, f"{at}/explanation-request", {"working_days": 5})
    stage.go_to(date(2026, 11, 6))
    stage.do(COUNSELLOR, f"{at}/explanation", {"text": "Referrals came in faster than we hired."})
    reason = {"reason": "Two quarters below target, and no plan yet."}
    stage.refused(CONTRACT_MANAGER, f"{at}/upholding", reason, "same-person")
    stage.do(COMMISSIONER, f"{at}/upholding", reason)
    stage.go_to(date(2026, 11, 10))
    plan: dict[str, Any] = {
        "milestones": [
            {
                "milestone": "two-more",
                "text": "Two more counsellors at work.",
                "owner": COUNSELLOR.person,
                "due_on": "2026-12-15",
            }
        ]
    }
    stage.do(COMMISSIONER, f"{at}/plan", plan)
    stage.settle()
    _give_notice(story)


def _give_notice(story: Story) -> None:
    stage, contract = story.stage, story.contracts["early-help"]
    notice = {
        "clause": "14.3",
        "flag": story.flag,
        "body": "A remedial notice: please keep to the plan agreed.",
    }
    stage.do(COMMISSIONER, f"/v1/contracts/{contract}/notices", notice)
    stage.settle()
    [issued] = stage.read(COUNSELLOR, f"/v1/contracts/{contract}")["notices"]
    answer = {"body": "The plan is under way; the first new counsellor starts on Monday."}
    stage.do(COUNSELLOR, f"/v1/contracts/{contract}/notices/{issued}/answer", answer)
    owed = stage.read(FINANCE, "/v1/contracts/payments-due?limit=500")["items"]
    fee = next(i for i in owed if i["contract"] == contract and i["element"] == "Fee")
    held = {"certificate": fee["certificate"], "basis_points": 200, "flag": story.flag}
    kept = stage.do(COMMISSIONER, f"/v1/contracts/{contract}/withholdings", held)
    story.withholding = str(kept["withholding"])
    pay_what_is_due(story)


def restatement(story: Story) -> None:
    """Q1 was counted wrong: restated after payment, so what was built on it is marked."""
    stage, period = story.stage, f"{YEAR}-Q1"
    at = f"/v1/returns/{story.contracts['early-help']}/{period}"
    stage.go_to(date(2026, 11, 24))
    stage.do(CONTRACT_MANAGER, f"{at}/restatement-consent", {"reason": "Found by the provider."})
    stage.settle()
    restated: Json = {
        "readings": early_help(period, 126, (82, 105), (37, 98)),
        "budget": spending(1),
        "reason": "Four children were counted twice.",
    }
    response = stage.send(COUNSELLOR, "POST", f"{at}/restatement", restated)
    if response.is_error:
        restated["explanations"] = [
            {
                "rule": fault["code"],
                "measure": fault.get("measure", ""),
                "text": "Counted again with the team.",
            }
            for fault in response.json()["errors"]
        ]
        signed(story, COUNSELLOR, f"{at}/restatement", restated)
    else:
        receipt = {"receipt": response.json()["receipt"]}
        stage.do(SIGNATORIES[COUNSELLOR.agency], f"{at}/signature", receipt)
    stage.settle()


def winter(story: Story) -> None:
    """An incident by reference, the January board, and a plan that works."""
    stage = story.stage
    contributions_in(story, SECOND, "Q3")
    stage.go_to(date(2026, 12, 7))
    incident = {
        "contract": story.contracts["early-help"],
        "reference": "LADO-2026-118",
        "referred_to": "lado",
        "referral_confirmed": False,
        "happened_on": "2026-12-04",
    }
    stage.refused(COUNSELLOR, "/v1/incidents", incident, "referral-not-confirmed")
    story.incident = stage.made(
        COUNSELLOR, "/v1/incidents", incident | {"referral_confirmed": True}
    )
    stage.go_to(date(2026, 12, 14))
    met = {"met_on": "2026-12-14"}
    stage.do(COMMISSIONER, f"/v1/flags/{story.flag}/milestones/two-more/met", met)
    review = {"contract": story.contracts["early-help"]}
    story.review = stage.made(CONTRACT_MANAGER, "/v1/reviews", review)
    stage.go_to(date(2027, 1, 5))
    item = {
        "title": "Where the pooled fund will land",
        "about_kind": "fund",
        "about": story.fund,
    }
    meet(story, date(2027, 1, 20), [item], {})
    story.january = stage.read(FINANCE, f"/v1/ledgers/{story.fund}?year={YEAR}")


def third_quarter(story: Story) -> None:
    stage, period = story.stage, f"{YEAR}-Q3"
    stage.go_to(date(2027, 1, 21))
    figures = early_help(period, 121, (95, 107), (46, 101))
    spent = spending(3)
    hand_in(story, COUNSELLOR, "early-help", period, figures, budget=spent, told=TOLD[2])
    accept(story, "early-help", period)
    pastoral(story, "Q3", 288, (244, 288))
    pay_what_is_due(story)
    contributions_in(story, SECOND, "Q4")


def spring(story: Story) -> None:
    """The plan has worked: the sum is released, the case closed, the review concluded."""
    stage, contract = story.stage, story.contracts["early-help"]
    stage.go_to(date(2027, 3, 8))
    at = f"/v1/contracts/{contract}"
    withheld = stage.read(FINANCE, at)["withholdings"][story.withholding]
    left = {"amount_pence": withheld["left_pence"]}
    stage.do(COMMISSIONER, f"{at}/withholdings/{story.withholding}/release", left)
    reason = {"reason": "Two more at work; first contact is on target again."}
    stage.do(COMMISSIONER, f"/v1/flags/{story.flag}/closure", reason)
    finding = {"finding": "Peer supporters reach children whom adults do not."}
    stage.do(CONTRACT_MANAGER, f"/v1/reviews/{story.review}/findings", finding)
    concluded = {"conclusion": "continue"}
    stage.do(COMMISSIONER, f"/v1/reviews/{story.review}/conclusion", concluded)
    stage.do(COMMISSIONER, f"/v1/incidents/{story.incident}/closure", {})
    pay_what_is_due(story)

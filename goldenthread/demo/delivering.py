"""A quarter of a running service: money in, returns, certificates, payments."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from goldenthread.demo.agreeing import PARTNERS, YearOfMoney
from goldenthread.demo.cast import ACCOUNTANT, CONTRACT_MANAGER, FINANCE, SIGNATORIES
from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Json, Person

FIRST_MONTH = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}


def months(period: str) -> list[str]:
    """`2026-27-Q2` is `2026-27-M04`, `-M05`, `-M06`; a year is its twelve months."""
    year, part = period[:7], period[8:]
    first, count = (1, 12) if part == "Y" else (FIRST_MONTH[part], 3)
    return [f"{year}-M{month:02d}" for month in range(first, first + count)]


def counted(measure: str, period: str, total: int) -> list[Json]:
    """A number over a period, and month by month."""
    parts = months(period)
    shares = [total // len(parts) + (n < total % len(parts)) for n in range(len(parts))]
    readings = [
        {"measure": measure, "period": month, "value": str(share)}
        for month, share in zip(parts, shares, strict=True)
    ]
    return [*readings, {"measure": measure, "period": period, "value": str(total)}]


def proportion(measure: str, period: str, part: int, whole: int) -> list[Json]:
    """A percentage with what it is of, over a period and month by month."""
    split = [
        (part // 3 + (n < part % 3), whole // 3 + (n < whole % 3), month)
        for n, month in enumerate(months(period)[:3])
    ]
    rows = [*split, (part, whole, period)]
    return [
        {
            "measure": measure,
            "period": when,
            "value": str(percent(upper, lower)),
            "numerator": str(upper),
            "denominator": str(lower),
        }
        for upper, lower, when in rows
    ]


def percent(part: int, whole: int) -> Decimal:
    return (Decimal(100) * part / whole).quantize(Decimal("0.1"))


def budget(lines: dict[str, tuple[int, int, int]]) -> list[Json]:
    """By element: the year's budget, spent to date, forecast to year end."""
    return [
        {"element": element, "budget_pence": b, "spent_pence": s, "forecast_pence": f}
        for element, (b, s, f) in lines.items()
    ]


DECLARATION = "I made these figures myself; they are complete and right."


def hand_in(
    story: Story,
    who: Person,
    name: str,
    period: str,
    readings: list[Json],
    told: str = "",
    **more: Any,
) -> Json:
    """Hands a return in, signed by the agency's signatory or by who made it where it has none; what
    a soft rule asks about is explained, as the answer names it.
    """
    stage, at = story.stage, f"/v1/returns/{story.contracts[name]}/{period}"
    body: Json = {"readings": readings} | more | ({"story": told} if told else {})
    tried = stage.do(who, f"{at}?dry_run=true", body, method="PUT")
    asked = {(p["code"], p.get("measure", "")) for p in tried["problems"] if p["stage"] == "soft"}
    if asked:
        body["explanations"] = [
            {"rule": rule, "measure": measure, "text": "As counted; checked with the team."}
            for rule, measure in sorted(asked)
        ]
    return signed(story, who, at, body, method="PUT")


def signed(story: Story, who: Person, at: str, body: Json, method: str = "POST") -> Json:
    """Sends figures and has them signed: by a second person, or by a declaration."""
    stage, signatory = story.stage, SIGNATORIES.get(who.agency)
    if signatory is None:
        return stage.do(who, at, body | {"declaration": DECLARATION}, method=method)
    made = stage.do(who, at, body, method=method)
    at = at.removesuffix("/restatement")
    stage.do(signatory, f"{at}/signature", {"receipt": made["receipt"]})
    return made


def accept(story: Story, name: str, period: str, who: Person = CONTRACT_MANAGER) -> None:
    at = f"/v1/returns/{story.contracts[name]}/{period}"
    story.stage.settle()
    latest = story.stage.read(who, at)["return_version"]
    story.stage.do(who, f"{at}/acceptance", {"version": latest})
    story.stage.settle()


def contributions_in(story: Story, money: YearOfMoney, quarter: str) -> None:
    """Every partner is invoiced for a quarter and pays; one of them in two parts."""
    stage, at = story.stage, f"/v1/funds/{story.fund}/years/{money.year}"
    stage.settle()
    stage.do(FINANCE, f"{at}/invoices", {"period": f"{money.year}-{quarter}"})
    stage.settle()
    number = int(quarter[1])
    for partner, pence in zip(PARTNERS, money.contributions, strict=True):
        due = pence // 4 + (number <= pence % 4)
        parts = (due // 3, due - due // 3) if partner == PARTNERS[1] else (due,)
        for n, part in enumerate(parts, 1):
            receipt = {
                "partner": partner,
                "amount_pence": part,
                "reference": f"{partner}-{money.year}-{quarter}-{n}",
            }
            stage.do(FINANCE, f"{at}/receipts", receipt)


def pay_what_is_due(story: Story) -> dict[str, str]:
    """Prepares and, by another person, approves the payment of every certificate that is owed.

    Gives the last payment made on each contract.
    """
    stage = story.stage
    stage.settle()
    owed: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in stage.read(FINANCE, "/v1/contracts/payments-due?limit=500")["items"]:
        owed[(item["contract"], item["period"][:7])].append(item["certificate"])
    paid: dict[str, str] = {}
    for (contract, _), certificates in owed.items():
        at = f"/v1/contracts/{contract}/payments"
        prepared = stage.do(FINANCE, at, {"certificates": certificates})
        payment = str(prepared["payment"])
        stage.refused(FINANCE, f"{at}/{payment}/approval", None, "approver-is-preparer")
        stage.do(ACCOUNTANT, f"{at}/{payment}/approval", {})
        paid[contract] = payment
    stage.settle()
    return paid

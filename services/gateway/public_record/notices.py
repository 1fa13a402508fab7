"""Drafts every notice of a process from what is known, and names what is missing. Pure.

Law: each notice is *statutory*, *voluntary* or *not applicable*, with the section that says so,
under the law of the day that would call for it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from services.gateway.public_record.agreed import AgreedRow
from services.gateway.public_record.chosen import ChosenRow
from services.gateway.public_record.delivered import DeliveredRow
from services.gateway.public_record.notice_fields import FIELDS
from services.gateway.public_record.pieces import Json
from shared.law.duties import (
    TITLES,
    Duty,
    NoticeType,
    Standing,
    duty_on,
    limit_on,
)
from shared.published.procurement import Regime
from shared.values.money import pounds
from shared.values.quarters import last_day, period_of

BASIS_POINTS = 10_000
DAYS_A_YEAR = 365


class NoticeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """One notice: whether and by when it is due, what it would say, and what is missing."""

    notice: NoticeType
    title: str
    standing: Standing
    section: str
    reason: str
    due_on: date | None
    fields: dict[str, Any]
    missing: tuple[str, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What the duties of one process follow from. `compiled` and `plan` are compiled releases."""

    chosen: ChosenRow
    agreed: AgreedRow | None
    delivered: DeliveredRow | None
    compiled: Json
    plan: Json
    today: date

    @property
    def regime(self) -> Regime:
        """As stated; of an award without a tender, as its value would have it for social care."""
        if self.chosen.regime:
            return cast(Regime, self.chosen.regime)
        limit = limit_on("light-touch", self.today)
        above = limit is not None and self.value_pence >= limit.figure
        return "light-touch" if above else "below-threshold"

    @property
    def value_pence(self) -> int:
        """Over the whole term: as agreed, else one year's as awarded or planned for each year."""
        if self.agreed:
            return self.agreed.value_pence
        both = {"process": self.compiled, "plan": self.plan}
        planned = at(both, "plan.planning.budget.amount.amount")
        amounts = at(both, "process.awards.value.amount") or planned or [0]
        return -(-round(amounts[0] * 100) * self._days() // DAYS_A_YEAR)

    def _days(self) -> int:
        """The planned term; a year where none is known."""
        found = at(self.plan, "tender.contractPeriod")
        if not found:
            return DAYS_A_YEAR
        first, last = (date.fromisoformat(found[0][end][:10]) for end in ("startDate", "endDate"))
        return (last - first).days + 1

    @property
    def is_tender(self) -> bool:
        return not self.chosen.way

    def day(self, *path: str) -> date | None:
        """The day at a place of the compiled release."""
        found = at(self.compiled, ".".join(path))
        return date.fromisoformat(found[0][:10]) if found else None


def drafts(case: Case) -> list[NoticeDraft]:
    """UK1 to UK11, in order."""
    return [_draft(case, notice) for notice in TITLES]


def _draft(case: Case, notice: NoticeType) -> NoticeDraft:
    duty, due_on = _due(case, notice)
    known = {"process": case.compiled, "plan": case.plan}
    fields: dict[str, Any] = {}
    missing: list[str] = []
    for label, path in FIELDS[notice]:
        if found := at(known, path):
            fields[label] = found[0] if len(found) == 1 else found
        else:
            missing.append(label)
    applies = duty.standing != "not-applicable"
    return NoticeDraft(
        notice=notice, title=TITLES[notice], standing=duty.standing, section=duty.section,
        reason=duty.reason, due_on=due_on if applies else None,
        fields=fields if applies else {}, missing=tuple(missing) if applies else (),
    )  # fmt: skip


def at(value: Any, path: str) -> list[Any]:
    """Everything at a dotted path, through every item of a list on the way."""
    found = [value]
    for name in path.split("."):
        found = [
            one[name] for item in found for one in _items(item)
            if isinstance(one, dict) and one.get(name) not in (None, "", [], {})
        ]  # fmt: skip
    return [one for item in found for one in _items(item)]


def _items(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else [value]


def _not(duty: Duty, section: str, reason: str) -> tuple[Duty, None]:
    return replace(duty, standing="not-applicable", section=section, reason=reason), None


def _due(case: Case, notice: NoticeType) -> tuple[Duty, date | None]:
    """The duty as it falls on this process, and the day it is due."""
    duty = duty_on(notice, case.regime, _called_for_on(case, notice))
    if case.chosen.way == "Grant":
        return _not(duty, "Procurement Act 2023 s.3", "A grant is no contract for a purchase.")
    if case.chosen.way.startswith("Provided by a partner"):
        return _not(duty, "Procurement Act 2023 Sch. 2", "What authorities do together is exempt.")
    if duty.standing == "not-applicable":
        return duty, None
    match notice:
        case "UK1":
            return _pipeline(case, duty)
        case "UK2" | "UK3" | "UK4":
            return _before_a_tender(case, duty)
        case "UK5" | "UK6":
            return _of_an_award(case, duty)
        case "UK7" | "UK8" | "UK9" | "UK10" | "UK11":
            if case.agreed is None:
                return _not(duty, duty.section, "No contract has been signed yet.")
            return _of_a_contract(case, case.agreed, duty)


def _called_for_on(case: Case, notice: NoticeType) -> date:
    """The day whose law holds: that of the tender, the signature, the change or the end."""
    agreed = case.agreed
    if agreed is None:
        return case.day("tender", "tenderPeriod", "startDate") or case.today
    match notice:
        case "UK7":
            return agreed.signed_on
        case "UK10":
            return agreed.changes[-1] if agreed.changes else case.today
        case "UK11":
            return agreed.ended_on or case.today
        case "UK8" | "UK9":
            return case.today
        case _:
            return case.day("tender", "tenderPeriod", "startDate") or agreed.signed_on


def _pipeline(case: Case, duty: Duty) -> tuple[Duty, date | None]:
    limit = limit_on("pipeline", case.today)
    if limit and case.value_pence <= limit.figure:
        return _not(duty, limit.section, f"Worth no more than {pounds(limit.figure)}.")
    planned = case.plan.get("date", "")[:10]
    on = date.fromisoformat(planned) if planned else case.today
    due = date(on.year, 5, 26)
    reason = f"{duty.reason} Only where the authority spends £100 million or more a year."
    return replace(duty, reason=reason), due if on <= due else date(on.year + 1, 5, 26)


def _before_a_tender(case: Case, duty: Duty) -> tuple[Duty, date | None]:
    if not case.is_tender:
        return _not(duty, duty.section, f"There was no tender: {case.chosen.way.lower()}.")
    opened = case.day("tender", "tenderPeriod", "startDate")
    return duty, opened if duty.notice == "UK4" else None


def _of_an_award(case: Case, duty: Duty) -> tuple[Duty, date | None]:
    awarded = case.day("awards", "date")
    if duty.notice == "UK5":
        if case.chosen.way != "Direct award":
            return _not(duty, duty.section, "Only a direct award is announced in this way.")
        return duty, awarded
    if not awarded and case.is_tender:
        return duty, None
    return duty, case.agreed.signed_on if case.agreed else None


def _of_a_contract(case: Case, agreed: AgreedRow, duty: Duty) -> tuple[Duty, date | None]:
    days = timedelta(days=duty.days or 0)
    match duty.notice:
        case "UK7":
            return duty, agreed.signed_on + days if duty.days else None
        case "UK8":
            return _payments(case, duty, days)
        case "UK9":
            return _performance(case, agreed, duty, days)
        case "UK10":
            return _change(agreed, duty)
        case _:
            if agreed.ended_on is None:
                return _not(duty, duty.section, "The contract has not ended.")
            return duty, agreed.ended_on + days


def _payments(case: Case, duty: Duty, days: timedelta) -> tuple[Duty, date | None]:
    limit = limit_on("payment", case.today)
    transactions = at(case.compiled, "contracts.implementation.transactions")
    over = [
        date.fromisoformat(one["date"][:10])
        for one in transactions
        if limit and round(one["value"]["amount"] * 100) > limit.figure
    ]
    paid_on = [day for day in over if limit and day >= limit.from_date]
    if limit is None or not paid_on:
        section = limit.section if limit else duty.section
        return _not(duty, section, "No payment has been above the limit.")
    return duty, last_day(period_of(max(paid_on), "quarterly")) + days


def _performance(
    case: Case, agreed: AgreedRow, duty: Duty, days: timedelta
) -> tuple[Duty, date | None]:
    """Thirty days after the last upheld case or early end; else the next year's assessment."""
    failed = [*(case.delivered.upheld if case.delivered else ())]
    if agreed.ended_on and agreed.ended_early:
        failed.append(agreed.ended_on)
    if failed:
        return duty, max(failed) + days
    limit = limit_on("kpis", case.today)
    if case.regime != "full":
        return _not(duty, "Procurement Act 2023 s.52", "A light touch contract needs none, "
                    "and no breach or failure to improve is on record.")  # fmt: skip
    if limit is None or agreed.value_pence <= limit.figure:
        section = limit.section if limit else duty.section
        return _not(duty, section, "Worth no more than the value from which indicators are set.")
    if agreed.ended_on:
        return duty, agreed.ended_on + days
    return duty, _next_year_from(agreed.signed_on, case.today)


def _next_year_from(day: date, today: date) -> date:
    """The next of the days a whole number of years after a day; 29 February becomes 1 March."""
    years = max(1, today.year - day.year)
    found = _years_after(day, years)
    return found if found >= today else _years_after(day, years + 1)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _change(agreed: AgreedRow, duty: Duty) -> tuple[Duty, date | None]:
    if not agreed.changes:
        return _not(duty, duty.section, "The contract has not been changed.")
    limit = limit_on("change", agreed.changes[-1])
    value = abs(agreed.value_pence - agreed.first_pence) * BASIS_POINTS
    term_days = (agreed.first_ends_on - agreed.starts_on).days + 1
    longer = (agreed.ends_on - agreed.first_ends_on).days * BASIS_POINTS
    if limit and value <= limit.figure * agreed.first_pence and longer <= limit.figure * term_days:
        return _not(duty, limit.section, "It changes value and term by 10 % or less.")
    return duty, agreed.changes[-1]

"""Answers, duty by duty, what the law of a day asks of one contract. Pure.

Law: each answer is *statutory*, *voluntary* or *not applicable*, and names the section that says
so; a duty of which a fact is unknown says what it waits for and has no day yet.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.procurement.duties.clocks import Clock, clock_of
from services.procurement.duties.mixed import Part, regime_of_parts
from services.procurement.regimes import Buyer, RegimeFound
from shared.law.duties import STEPS, TITLES, Duty, NoticeType, Standing, Step, duty_on, limit_on
from shared.published.procurement import Regime
from shared.values.money import pounds

Way = Literal["tender", "direct-award", "framework-call-off", "in-house-provision", "grant"]
ORDER: tuple[NoticeType | Step, ...] = (
    "UK1", "UK2", "UK3", "UK4", "time-for-bids", "UK5", "psr-intention", "UK6", "standstill",
    "psr-award", "kpis", "UK7", "UK8", "payment-compliance", "UK9", "UK10", "psr-change", "UK11",
    "psr-abandonment",
)  # fmt: skip


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a contract. `claimed` is the regime it is run under, if it was chosen.

    Days are London's; one that is not known yet is None. `annual_spend_pence` is what the buyer
    spends a year on contracts altogether. `no_standstill` and `no_intention` are the sections by
    which the ground of a direct award needs neither.
    """

    parts: tuple[Part, ...]
    buyer: Buyer = "sub-central"
    separable: bool = False
    way: Way = "tender"
    framework: bool = False
    concession: bool = False
    claimed: Regime | None = None
    annual_spend_pence: int | None = None
    planned_on: date | None = None
    opened_on: date | None = None
    bids_close_on: date | None = None
    notice_on: date | None = None
    signed_on: date | None = None
    ends_on: date | None = None
    no_standstill: str = ""
    no_intention: str = ""

    @property
    def value_pence(self) -> int:
        return sum(part.value_pence for part in self.parts)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One duty: whether it holds, why, and its clock; `by_choice` where the law asks it not."""

    duty: NoticeType | Step
    title: str
    standing: Standing
    section: str
    reason: str
    clock: Clock | None = None
    in_force_since: date | None = None
    by_choice: bool = False


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """The regime of a contract under the law of `law_of`, and every duty under it."""

    law_of: date
    found: RegimeFound
    run_under: Regime
    value_pence: int
    mixed: bool
    duties: tuple[Answer, ...]


def explained(asked: Asked, law_of: date) -> Explained:
    """The whole answer. Refuses: NothingToBuy, NoLawOnThatDay."""
    found = regime_of_parts(asked.parts, asked.buyer, law_of, separable=asked.separable)
    return Explained(
        law_of=law_of,
        found=found,
        run_under=asked.claimed or found.regime,
        value_pence=asked.value_pence,
        mixed=len({part.kind for part in asked.parts}) > 1,
        duties=tuple(_answer(duty, asked, found.regime, law_of) for duty in ORDER),
    )


def _answer(name: NoticeType | Step, asked: Asked, regime: Regime, law_of: date) -> Answer:
    duty = _narrowed(duty_on(name, regime, law_of), asked, law_of)
    by_choice = False
    stricter = asked.claimed if asked.claimed not in (None, regime) else None
    if stricter and duty.standing == "not-applicable" and asked.way == "tender":
        chosen = _narrowed(duty_on(name, stricter, law_of), asked, law_of)
        if chosen.standing != "not-applicable":
            by_choice = True
            reason = f"{duty.reason} Kept by choice: {chosen.reason[0].lower()}{chosen.reason[1:]}"
            duty = replace(chosen, standing="voluntary", section=duty.section, reason=reason)
    applies = duty.standing != "not-applicable"
    return Answer(
        duty=name,
        title=TITLES[name] if name in TITLES else STEPS[name],  # type: ignore[index]
        standing=duty.standing,
        section=duty.section,
        reason=duty.reason,
        clock=clock_of(duty, stricter if by_choice and stricter else regime, _days(asked))
        if applies
        else None,
        in_force_since=duty.from_date if applies else None,
        by_choice=by_choice,
    )


def _days(asked: Asked) -> dict[str, date | None]:
    return {
        name: getattr(asked, f"{name}_on")
        for name in ("planned", "opened", "bids_close", "notice", "signed", "ends")
    }


def _not(duty: Duty, section: str, reason: str) -> Duty:
    return replace(duty, standing="not-applicable", section=section, reason=reason)


def _narrowed(duty: Duty, asked: Asked, law_of: date) -> Duty:
    """The duty as it falls on this way of buying, and on this value."""
    if duty.standing == "not-applicable":
        return duty
    if asked.way == "grant":
        return _not(duty, "Procurement Act 2023 s.3", "A grant is no contract for a purchase.")
    if asked.way == "in-house-provision":
        return _not(duty, "Procurement Act 2023 Sch. 2",
                    "What authorities provide for one another is exempt.")  # fmt: skip
    match duty.notice:
        case "UK2" | "UK3" | "UK4" | "time-for-bids" if asked.way != "tender":
            return _not(duty, _first(duty), "There is no tender.")
        case "UK5" if asked.way != "direct-award":
            return _not(duty, _first(duty), "Only a direct award is announced in this way.")
        case "standstill" if asked.no_standstill:
            return _not(duty, asked.no_standstill, "The ground of the award needs none.")
        case "psr-intention" if asked.no_intention:
            return _not(duty, asked.no_intention, "The ground of the award needs none.")
        case "standstill" if asked.way == "framework-call-off":
            return _not(duty, "Procurement Act 2023 s.51(3)", "A call-off has none of its own.")
        case "UK1":
            return _pipeline(duty, asked, law_of)
        case "kpis" | "UK9":
            return _measured(duty, asked, law_of)
        case _:
            return duty


def _first(duty: Duty) -> str:
    return duty.section


def _pipeline(duty: Duty, asked: Asked, law_of: date) -> Duty:
    over, spend = limit_on("pipeline", law_of), limit_on("spend", law_of)
    if over and asked.value_pence <= over.figure:
        return _not(duty, over.section, f"Worth no more than {pounds(over.figure)}.")
    spent = asked.annual_spend_pence
    if spend and spent is not None and spent < spend.figure:
        return _not(duty, spend.section, f"The buyer spends less than {pounds(spend.figure)}.")
    if spend and spent is None:
        more = f" Only where the buyer spends {pounds(spend.figure)} or more a year."
        return replace(duty, reason=duty.reason + more)
    return duty


def _measured(duty: Duty, asked: Asked, law_of: date) -> Duty:
    """Indicators, and the yearly assessment that rests on them."""
    if "light touch" in duty.reason:
        return duty
    limit = limit_on("kpis", law_of)
    if duty.notice == "kpis" and (asked.framework or asked.concession):
        what = "framework" if asked.framework else "concession"
        return _not(duty, "Procurement Act 2023 s.52", f"Not for a {what}.")
    if limit is None or asked.value_pence > limit.figure:
        return duty
    if duty.notice == "kpis":
        return _not(duty, limit.section, f"Worth no more than {pounds(limit.figure)}.")
    reason = (
        f"Worth no more than {pounds(limit.figure)}, so without a yearly assessment; within 30 "
        "days of a breach or of a failure to improve."
    )
    return replace(duty, section="Procurement Act 2023 s.71(3) to (5)", reason=reason)

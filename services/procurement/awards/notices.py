"""Which notices an award without a tender needs before it is made, and the standstill. Pure.

Law: the duties come from the dated table of the law; what a ground exempts, it exempts by section.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from services.procurement.awards.events import AwardTerms, Notice
from services.procurement.awards.grounds import ground_on
from services.procurement.duties.answers import Answer, Asked, explained
from services.procurement.duties.clocks import standstill_rule
from services.procurement.duties.mixed import Part
from shared.values.working_days import standstill_ends

BEFORE: tuple[Notice, ...] = ("UK5", "psr-intention", "UK6")
"""In the order in which they are published."""
TITLES: Mapping[Notice, str] = {
    "UK5": "the transparency notice (UK5)",
    "psr-intention": "the notice of the intention to award",
    "UK6": "the award notice (UK6)",
}


def asked_of(terms: AwardTerms, on: date, ends_on: date | None = None) -> Asked:
    """What is known of an award, for the law to be asked."""
    ground = ground_on(terms.ground, on)
    return Asked(
        parts=(Part(kind=terms.kind_of_service, value_pence=terms.whole_term_pence),),
        buyer=terms.buyer,
        way=terms.way,
        ends_on=ends_on,
        no_standstill=ground.no_standstill if ground else "",
        no_intention=ground.no_intention if ground else "",
    )


def answers_of(terms: AwardTerms, on: date) -> Mapping[str, Answer]:
    """The law's answers, by duty; none where the regime of the day is not known."""
    if terms.regime is None:
        return {}
    return {one.duty: one for one in explained(asked_of(terms, on), on).duties}


def owed_before(terms: AwardTerms, on: date) -> tuple[Notice, ...]:
    """The notices without which the award is not made, in their order."""
    answers = answers_of(terms, on)
    return tuple(
        notice for notice in BEFORE
        if notice in answers and answers[notice].standing == "statutory"
    )  # fmt: skip


def standstill_of(
    terms: AwardTerms, notice: Notice, on: date, *, kept: bool
) -> tuple[datetime | None, str]:
    """When the standstill that a notice begins ends, or by which section there is none."""
    answer = answers_of(terms, on).get("standstill")
    if notice == "UK5" or answer is None or terms.regime is None:
        return None, ""
    if answer.standing == "statutory" or (answer.standing == "voluntary" and kept):
        return standstill_ends(on, standstill_rule(terms.regime)), ""
    return None, answer.section

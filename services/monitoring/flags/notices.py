"""The steps of a case as documents: what was asked, under which clause, by when, on which figures.

Law: a notice rests on the figures that opened the case; where one of them was restated since, the
notice says so and stays.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from services.monitoring.flags.views import FlagRow, Step
from shared.published.monitoring import BasisChanged, Miss
from shared.published.terms import AgencyId, ContractId, MeasureId, PartnershipId, PersonId, TextRef

TITLES = {
    "explanation-requested": "Request for an explanation",
    "explained": "Explanation",
    "upheld": "Decision: the case is upheld",
    "dismissed": "Decision: the case is dismissed",
    "meeting-held": "Record of the meeting",
    "planned": "Improvement plan",
    "exception-report": "Exception report",
    "formal-review": "Formal review",
    "stepped-down": "Step back down",
    "clock-paused": "Clock paused",
    "clock-resumed": "Clock resumed",
    "milestone-met": "Milestone met",
    "closed": "Closure of the case",
}
TO_THE_PARTNERS = ("exception-report", "formal-review")


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One step as a document; `number` is its place among the steps, from 1.

    `to` are the agencies that get it; `to_partners` of a partnership, where the whole board does.
    """

    number: int
    kind: str
    title: str
    flag: str
    contract: ContractId
    measure: MeasureId
    rule: str
    issued_at: datetime
    issued_by: PersonId
    issued_for: AgencyId
    to: tuple[AgencyId, ...]
    to_partners: PartnershipId = ""
    clause: str = ""
    due_on: date | None = None
    text: TextRef | None = None
    figures: tuple[Miss, ...] = ()
    basis_changed: tuple[BasisChanged, ...] = ()
    sanctions_live_on: date | None = None


def notices(row: FlagRow) -> list[Notice]:
    """Every step that somebody took, in order; a clock that was missed is no document."""
    return [
        _notice(row, number, step)
        for number, step in enumerate(row.steps, 1)
        if step.step in TITLES
    ]


def _notice(row: FlagRow, number: int, step: Step) -> Notice:
    by_provider = step.step == "explained"
    return Notice(
        number=number,
        kind=step.step,
        title=TITLES[step.step],
        flag=row.flag,
        contract=row.contract,
        measure=row.measure,
        rule=row.rule,
        issued_at=step.at,
        issued_by=step.by,
        issued_for=row.provider if by_provider else row.commissioner,
        to=(row.commissioner if by_provider else row.provider,),
        to_partners=row.partnership if step.step in TO_THE_PARTNERS else "",
        clause=step.clause,
        due_on=step.due_on,
        text=step.text,
        figures=row.misses,
        basis_changed=row.basis_changes,
        sanctions_live_on=row.sanctions_live_on,
    )

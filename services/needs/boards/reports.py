"""The report of a year: how far each partner acted by the plan, from what was recorded. Pure.

Law: every figure counts facts of the log; what nobody recorded is said as not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from services.needs.boards.events import ConductRecorded
from services.needs.meetings.views import ActionRow, DecisionRow, MeetingRow
from shared.eventsourcing.clock import london_date
from shared.published.terms import AgencyId, TextRef
from shared.values.quarters import financial_year


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """One undertaking of the plan and whether it was kept; the last word on it counts."""

    plan: str
    commitment: str
    kept: str
    text: TextRef


class PartnerYear(msgspec.Struct, frozen=True, kw_only=True):
    """What one partner did in a year. `actions_late` are done after their day or not yet done."""

    agency: AgencyId
    meetings: int
    attended: int
    actions: int
    actions_in_time: int
    actions_late: int
    authorities_asked: int
    authorities_given: int
    commitments: tuple[Commitment, ...]


def partner_years(
    year: str,
    agencies: Iterable[AgencyId],
    meetings: Sequence[MeetingRow],
    actions: Sequence[ActionRow],
    decisions: Sequence[DecisionRow],
    conduct: Sequence[ConductRecorded],
    today: date,
) -> list[PartnerYear]:
    """One for each partner. An action counts in the year it was due, once its day has come."""
    held = [
        row
        for row in meetings
        if row.status != "called" and financial_year(london_date(row.held_at)) == year
    ]
    due = [
        row
        for row in actions
        if financial_year(row.due_on) == year and (row.done_on or row.due_on < today)
    ]
    carried = [row for row in decisions if row.carried and financial_year(row.decided_on) == year]
    asked = {
        (row.decision, agency)
        for row in carried
        for meeting in held
        if (item := meeting.item(row.decision))
        for agency in item.item.ratified_by
    }
    found: list[PartnerYear] = []
    for agency in agencies:
        mine = [row for row in due if row.owner == agency]
        in_time = sum(row.done_on is not None and row.done_on <= row.due_on for row in mine)
        wanted = [row for row in carried if (row.decision, agency) in asked]
        found.append(
            PartnerYear(
                agency=agency,
                meetings=len(held),
                attended=sum(_came(row, agency) for row in held),
                actions=len(mine),
                actions_in_time=in_time,
                actions_late=len(mine) - in_time,
                authorities_asked=len(wanted),
                authorities_given=sum(agency in row.home_authority for row in wanted),
                commitments=_commitments(year, agency, conduct),
            )
        )
    return found


def _came(row: MeetingRow, agency: AgencyId) -> bool:
    """Whether anybody who has a seat for the agency came at any time."""
    return any(member.agency == agency and member.person in row.came for member in row.board)


def _commitments(
    year: str, agency: AgencyId, conduct: Sequence[ConductRecorded]
) -> tuple[Commitment, ...]:
    last = {
        (one.plan, one.commitment): Commitment(
            plan=one.plan, commitment=one.commitment, kept=one.kept, text=one.text
        )
        for one in conduct
        if one.year == year and one.agency == agency
    }
    return tuple(last[key] for key in sorted(last))

"""What is due, when, from whom, and whether it is late. Pure.

Law: a deadline that names a day ends with that day in London.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from services.gateway.contract_views.monitored import FlagStanding, MonitoredRow
from services.gateway.contract_views.views import ContractRow
from services.gateway.overviews.views import TenderDatesRow
from shared.published.terms import AgencyId

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)

Kind = Literal[
    "return", "explanation", "decision", "meeting", "plan", "milestone", "exception-report",
    "formal-review", "notice-answer", "bids-close", "standstill-ends", "action",
]  # fmt: skip
BETWEEN_THE_TWO: frozenset[Kind] = frozenset({
    "decision", "meeting", "plan", "milestone", "exception-report", "formal-review", "action",
})  # fmt: skip
"""What concerns a contract's two parties alone."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One thing due. `of` is the contract or tender, `id` the return, flag, notice in it, or
    return and action, or flag and milestone.
    """

    kind: Kind
    of: str
    id: str
    title: str
    by: AgencyId
    due_at: datetime
    overdue: bool


def end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, LONDON)


def due(
    contracts: Iterable[ContractRow],
    monitored: Iterable[MonitoredRow],
    tenders: Iterable[TenderDatesRow],
    now: datetime,
) -> list[Due]:
    """Everything due, the earliest first."""
    titles = {row.contract: row for row in contracts}
    found = [
        *(one for row in titles.values() for one in _notices(row, now)),
        *(one for row in monitored if row.contract in titles
          for one in _monitored(row, titles[row.contract].title, now)),
        *(one for row in tenders for one in _tender(row, now)),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.due_at, one.kind, one.of, one.id))


def _notices(row: ContractRow, now: datetime) -> Iterator[Due]:
    for notice in row.notices:
        at = end_of(notice.answer_due_on)
        yield Due(
            kind="notice-answer", of=row.contract, id=notice.notice, title=row.title,
            by=row.provider, due_at=at, overdue=at < now,
        )  # fmt: skip


def _monitored(row: MonitoredRow, title: str, now: datetime) -> Iterator[Due]:
    for one in row.returns:
        if one.awaited:
            yield Due(
                kind="return", of=row.contract, id=one.period, title=title, by=row.provider,
                due_at=one.due_at, overdue=one.overdue or one.due_at < now,
            )  # fmt: skip
    for action in row.actions:  # whoever its owner is, the commissioner records it as done
        at = end_of(action.due_on)
        yield Due(
            kind="action", of=row.contract, id=f"{action.period}/{action.action}", title=title,
            by=row.commissioner, due_at=at, overdue=at < now,
        )  # fmt: skip
    for flag in row.flags:
        for kind, name, day in _of_case(flag):
            of_provider = kind in ("explanation", "milestone", "exception-report")
            at = end_of(day)
            yield Due(
                kind=kind, of=row.contract, id=name, title=title,
                by=row.provider if of_provider else row.commissioner,
                due_at=at, overdue=at < now,
            )  # fmt: skip


def _of_case(flag: FlagStanding) -> Iterator[tuple[Kind, str, date]]:
    """What an open case waits for; a clock that is paused has no day."""
    if not flag.open:
        return
    if flag.answer_due_on:
        yield "explanation", flag.flag, flag.answer_due_on
    elif flag.clock and not flag.clock.paused:
        yield flag.clock.clock, flag.flag, flag.clock.due_on
    for one in flag.milestones:
        yield "milestone", f"{flag.flag}/{one.milestone}", one.due_on


def _tender(row: TenderDatesRow, now: datetime) -> Iterator[Due]:
    dates: tuple[tuple[Kind, datetime | None], ...] = (
        ("bids-close", row.bids_close_at),
        ("standstill-ends", row.standstill_ends_at),
    )
    for kind, at in dates:
        if at is not None:
            yield Due(
                kind=kind, of=row.tender, id=row.tender, title=row.title, by=row.procuring,
                due_at=at, overdue=at < now,
            )  # fmt: skip

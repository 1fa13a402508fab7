"""Returns as they are listed and shown, the deadlines they set, and how well they come in.

Law: nil, late, missing and excused are four different facts in every rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec
from msgspec.structs import replace

from services.monitoring.returns.commands import (
    CountAsAccepted,
    FallOverdue,
    OpenReturn,
    RemindProvider,
    ReturnCommand,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.events import ReturnEvent, ReturnOpened
from services.monitoring.returns.guards import opens_at
from services.monitoring.returns.scheduling import REMINDERS, reminders
from services.monitoring.returns.state import Cancelled, Standing, Status, Unscheduled, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import (
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnReminded,
    ReturnRescheduled,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
)
from shared.published.terms import AgencyId, ContractId, PartnershipId, Period, PersonId, TextRef
from shared.values.working_days import working_days_between

SECOND = timedelta(seconds=1)


class ReturnRow(Row, frozen=True, kw_only=True):
    """A return and all its versions. `answered_at` is when its figures were first judged."""

    contract: ContractId
    period: Period
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    status: Status
    due_at: datetime
    standing: Standing
    submitted_at: datetime | None = None
    in_time: bool = False
    answered_at: datetime | None = None
    version: int = 0


def fold(row: ReturnRow | None, recorded: Recorded) -> ReturnRow | None:
    """The row after one more event of its return."""
    event = recorded.event
    if row is None:
        row = _scheduled(event) if isinstance(event, ReturnScheduled) else None
    elif isinstance(event, RETURNS.events):
        row = _changed(row, event, recorded.recorded_at)
    return row and replace(row, version=recorded.envelope.version)


def _scheduled(event: ReturnScheduled) -> ReturnRow:
    standing = Standing(scheduled=event, due_at=event.due_at)
    return ReturnRow(
        contract=event.contract,
        period=event.period,
        partnership=event.partnership,
        provider=event.provider,
        commissioner=event.commissioner,
        status=standing.status,
        due_at=event.due_at,
        standing=standing,
    )


def _changed(row: ReturnRow, event: ReturnEvent, at: datetime) -> ReturnRow:
    match evolve(row.standing, event):
        case Standing() as standing:
            row = replace(row, standing=standing, status=standing.status, due_at=standing.due_at)
        case Cancelled():
            return replace(row, status="cancelled")
        case Unscheduled():
            return row
    match event:
        case ReturnSubmitted():
            in_time = row.in_time if row.submitted_at else not event.late
            return replace(
                row, submitted_at=row.submitted_at or event.submitted_at, in_time=in_time
            )
        case ReturnRejected():
            # A file that was rejected does not count as having come.
            return replace(row, submitted_at=None, in_time=False, answered_at=row.answered_at or at)
        case ReturnAccepted() if event.deemed:
            return row
        case ReturnAccepted() | QueryRaised():
            return replace(row, answered_at=row.answered_at or at)
        case _:
            return row


RETURN_ROWS: View[ReturnRow] = View(
    name="returns",
    source="monitoring",
    row=ReturnRow,
    events=RETURNS.events,
    key=subject_of,
    fold=fold,
    history=True,
    indexes=("contract", "partnership", "provider", "commissioner", "due_at"),
)


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """An action of a review meeting, and whether it is late."""

    contract: ContractId
    period: Period
    action: str
    text: TextRef
    owner: PersonId
    due_on: date
    completed_on: date | None
    overdue: bool


def actions_of(row: ReturnRow, now: datetime) -> list[ActionLine]:
    """The actions agreed over one return, as they stand on a day."""
    return [
        ActionLine(
            contract=row.contract,
            period=row.period,
            action=agreed.action.action,
            text=agreed.action.text,
            owner=agreed.action.owner,
            due_on=agreed.action.due_on,
            completed_on=agreed.completed_on,
            overdue=agreed.completed_on is None and agreed.action.due_on < london_date(now),
        )
        for agreed in row.standing.actions.values()
    ]


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """How returns came in and were answered.

    `owed` were due by now and not excused; `accepted` and `in_time` of these make completeness and
    timeliness. `excused` were given more time that has not run out, and are not in. `nil` came too,
    in time or late. `answer_working_days` is the commissioner's mean time to a first answer;
    `unanswered` counted as accepted because it never gave one.
    """

    owed: int
    accepted: int
    in_time: int
    late: int
    missing: int
    nil: int
    excused: int
    unanswered: int
    completeness_basis_points: int | None
    timeliness_basis_points: int | None
    answer_working_days: float | None


def rates(rows: Iterable[ReturnRow], now: datetime) -> Rates:
    listed = [row for row in rows if row.status != "cancelled"]
    owed = [row for row in listed if row.due_at < now or row.submitted_at is not None]
    accepted = sum(row.standing.accepted > 0 for row in owed)
    in_time = sum(row.in_time for row in owed)
    came = sum(row.submitted_at is not None for row in owed)
    answered = [
        working_days_between(london_date(row.standing.versions[0].came_at), london_date(at))
        for row in listed
        if (at := row.answered_at) is not None and row.standing.versions
    ]
    return Rates(
        owed=len(owed),
        accepted=accepted,
        in_time=in_time,
        late=came - in_time,
        missing=len(owed) - came,
        nil=sum(_is_nil(row) for row in owed),
        excused=sum(
            row.standing.extended and row.due_at >= now and row.submitted_at is None
            for row in listed
        ),
        unanswered=sum(row.standing.deemed and row.answered_at is None for row in listed),
        completeness_basis_points=_share(accepted, len(owed)),
        timeliness_basis_points=_share(in_time, len(owed)),
        answer_working_days=sum(answered) / len(answered) if answered else None,
    )


def _is_nil(row: ReturnRow) -> bool:
    """Rejected, it has not come."""
    latest = row.standing.latest
    return row.submitted_at is not None and latest is not None and latest.nil


def _share(part: int, whole: int) -> int | None:
    return part * 10_000 // whole if whole else None


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """A return opens, falls overdue and counts as accepted by itself, one second past the last; its
    provider is reminded while it is not in, never of a time that was past when it was set.

    What has happened is cleared, so that nobody looks at it again for ever.
    """
    match recorded.event:
        case ReturnScheduled() as scheduled:
            return {"open": opens_at(scheduled), **_until(scheduled.due_at, recorded)}
        case ReturnRescheduled() | ExtensionGranted() as moved:
            return _until(moved.due_at, recorded)
        case ReturnReminded() as reminded:
            # Those before it, passed over, are not looked at again either.
            return {_reminder(n): None for n in REMINDERS if n <= reminded.working_days}
        case ReturnSubmitted() as submitted:
            at = submitted.counts_as_accepted_at
            return {"count-as-accepted": at and at + SECOND, **NOT_REMINDED}
        case QueryAnswered() as answered:
            at = answered.counts_as_accepted_at
            return {"count-as-accepted": at and at + SECOND}
        case ReturnRejected() as rejected:
            # Rejected after the due date there is no return, which is looked at once more.
            again = f"overdue-without-{recorded.envelope.version}"
            left = _reminded(rejected.due_at, recorded) if rejected.due_at else NOT_REMINDED
            return {"count-as-accepted": None, again: recorded.recorded_at, **left}
        case ReturnOpened():
            return {"open": None}
        case ReturnOverdue():
            return {"overdue": None}
        case ReturnAccepted() as accepted if accepted.measures:
            return {}
        case ReturnAccepted():
            return {"open": None, "overdue": None, "count-as-accepted": None}
        case QueryRaised() | ReturnRestated():
            return {"count-as-accepted": None}
        case ReturnCancelled():
            return {"open": None, "overdue": None, **NOT_REMINDED}
        case _:
            return {}


def _reminder(working_days: int) -> str:
    return f"remind {working_days:+d}"


NOT_REMINDED: Mapping[str, datetime | None] = {_reminder(n): None for n in REMINDERS}


def _until(due_at: datetime, recorded: Recorded) -> Mapping[str, datetime | None]:
    return {"overdue": due_at + SECOND, **_reminded(due_at, recorded)}


def _reminded(due_at: datetime, recorded: Recorded) -> Mapping[str, datetime | None]:
    return {
        _reminder(n): at if at > recorded.recorded_at else None
        for n, at in reminders(due_at).items()
    }


def timely(name: str, now: datetime) -> ReturnCommand:
    """The command that a return's deadline issues."""
    match name:
        case "open":
            return OpenReturn(now=now)
        case "count-as-accepted":
            return CountAsAccepted(now=now)
        case _ if name.startswith("remind "):
            return RemindProvider(working_days=int(name.removeprefix("remind ")), now=now)
        case _ if name.startswith("overdue"):
            return FallOverdue(now=now)
        case _:
            raise ValueError(f"a return sets no deadline {name!r}")


RETURN_DEADLINES = Timed(decider=RETURNS, due=due, command=timely)

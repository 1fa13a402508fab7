"""A contract read for one reader: its facts to a day, as known at a time, put together.

Law: until a disclosure policy is set, breakdowns, counts under eight and stories show to the
provider and the contract manager alone; to all others the same places say that they are suppressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeVar

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.monitored import (
    FlagStanding,
    IncidentStanding,
    MonitoredRow,
    ReturnStanding,
    ReviewStanding,
    monitored,
)
from services.gateway.contract_views.paying import (
    CertificateRead,
    InvoiceRead,
    Money,
    PaymentRead,
    WithholdingRead,
    certificates_in,
    invoices_in,
    money_in,
    payments_in,
    withholdings_in,
)
from services.gateway.contract_views.series import (
    FEWEST_SHOWN,
    Figures,
    Point,
    Series,
    figures,
    rebases,
    series,
)
from services.gateway.contract_views.views import ContractLine, MonitoringLine
from shared.published import contracts, monitoring
from shared.published.terms import (
    BrokenDown,
    BudgetLine,
    ContractTerms,
    Outcome,
    Period,
    TextRef,
)

Line = TypeVar("Line", ContractLine, MonitoringLine)
Shown = Literal["shown", "suppressed"]


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """The terms from a day on, and what brought them."""

    by: Literal["signed", "varied", "extended"]
    on: date
    recorded_at: datetime
    terms: ContractTerms


class ReturnRead(msgspec.Struct, frozen=True, kw_only=True):
    """One return: where it stands and, beside the series, what else it says."""

    standing: ReturnStanding
    budget: tuple[BudgetLine, ...] = ()
    nil: bool = False
    receipt: str = ""
    breakdowns: tuple[BrokenDown, ...] | None = ()
    complaints: int | None = 0
    compliments: int | None = 0
    story: TextRef | None = None
    status: Shown = "shown"


class MissRead(msgspec.Struct, frozen=True, kw_only=True):
    period: Period
    return_version: int
    value: Decimal | None
    target: Decimal
    status: Shown = "shown"


class FlagRead(msgspec.Struct, frozen=True, kw_only=True):
    standing: FlagStanding
    misses: tuple[MissRead, ...]


class NoticeRead(msgspec.Struct, frozen=True, kw_only=True):
    notice: str
    clause: str
    flag: str
    issued_on: date
    answer_due_on: date
    answered_on: date | None = None


class ContractRead(msgspec.Struct, frozen=True, kw_only=True):
    """A contract as of a day, as known at a time."""

    contract: str
    status: Literal["signed", "terminated", "completed"]
    ended_on: date | None
    terms: ContractTerms
    history: tuple[Agreed, ...]
    outcomes: tuple[Outcome, ...]
    measures: tuple[Series, ...]
    returns: tuple[ReturnRead, ...]
    money: Money
    certificates: tuple[CertificateRead, ...]
    payments: tuple[PaymentRead, ...]
    invoices: tuple[InvoiceRead, ...]
    withholdings: tuple[WithholdingRead, ...]
    flags: tuple[FlagRead, ...]
    notices: tuple[NoticeRead, ...]
    reviews: tuple[ReviewStanding, ...]
    incidents: tuple[IncidentStanding, ...]


def to_a_day(lines: Iterable[Line], as_of: date | None) -> list[Line]:
    """The facts that were so by a day; without one, all of them."""
    return [line for line in lines if as_of is None or line.on <= as_of]


def contract_read(
    contract: str,
    agreed_lines: Sequence[ContractLine],
    monitoring_lines: Sequence[MonitoringLine],
    *,
    entitled: bool,
) -> ContractRead | None:
    """The contract after these facts; None if it was not yet signed."""
    history = tuple(_history(agreed_lines))
    if not history:
        return None
    terms = history[-1].terms
    ended = _ended(agreed_lines)
    events = [line.event for line in monitoring_lines]
    row = MonitoredRow(contract=contract)
    for event in events:
        row = monitored(row, event)
    said = figures(events)
    measures = series(terms.measures, said, suppress=not entitled, rebased=rebases(events))
    facts = [(line.on, line.event) for line in agreed_lines]
    return ContractRead(
        contract=contract,
        status=ended[0],
        ended_on=ended[1],
        terms=terms,
        history=history,
        outcomes=terms.outcomes,
        measures=measures,
        returns=tuple(_returns(row, events, said, entitled=entitled)),
        money=money_in(terms, facts),
        certificates=certificates_in(facts),
        payments=payments_in(facts),
        invoices=invoices_in(facts),
        withholdings=withholdings_in(facts),
        flags=tuple(_flags(row, events, measures, entitled=entitled)),
        notices=_notices(agreed_lines),
        reviews=row.reviews,
        incidents=row.incidents,
    )


def _history(lines: Iterable[ContractLine]) -> Iterable[Agreed]:
    by: dict[type, Literal["signed", "varied", "extended"]] = {
        contracts.ContractSigned: "signed",
        contracts.ContractVaried: "varied",
        contracts.ContractExtended: "extended",
    }
    for line in lines:
        match line.event:
            case (
                contracts.ContractSigned()
                | contracts.ContractVaried()
                | contracts.ContractExtended() as event
            ):
                yield Agreed(
                    by=by[type(event)],
                    on=line.on,
                    recorded_at=line.recorded_at,
                    terms=event.terms,
                )
            case _:
                pass


def _ended(
    lines: Iterable[ContractLine],
) -> tuple[Literal["signed", "terminated", "completed"], date | None]:
    for line in lines:
        match line.event:
            case contracts.ContractTerminated():
                return "terminated", line.on
            case contracts.ContractCompleted():
                return "completed", line.on
            case _:
                pass
    return "signed", None


def _returns(
    row: MonitoredRow,
    events: Sequence[object],
    said: dict[Period, Figures],
    *,
    entitled: bool,
) -> Iterable[ReturnRead]:
    """What a return says beside its readings; a restatement tells no story of its own."""
    sent = {
        event.period: event for event in events if isinstance(event, monitoring.ReturnSubmitted)
    }
    again = {
        event.period: event for event in events if isinstance(event, monitoring.ReturnRestated)
    }
    for standing in row.returns:
        submitted = sent.get(standing.period) if standing.period in said else None
        if submitted is None:
            yield ReturnRead(standing=standing)
            continue
        read = ReturnRead(
            standing=standing,
            budget=submitted.budget,
            nil=submitted.nil,
            receipt=submitted.receipt,
            breakdowns=submitted.breakdowns,
            complaints=submitted.complaints,
            compliments=submitted.compliments,
            story=submitted.story,
        )
        if newer := again.get(standing.period):
            read = replace(
                read,
                budget=newer.budget,
                receipt=newer.receipt,
                breakdowns=newer.breakdowns,
                complaints=newer.complaints,
                compliments=newer.compliments,
            )
        yield read if entitled else _without_particulars(read)


def _without_particulars(read: ReturnRead) -> ReturnRead:
    return replace(
        read,
        breakdowns=None,
        story=None,
        complaints=_unless_small(read.complaints),
        compliments=_unless_small(read.compliments),
        status="suppressed",
    )


def _unless_small(count: int | None) -> int | None:
    return None if count is None or count < FEWEST_SHOWN else count


def _flags(
    row: MonitoredRow,
    events: Iterable[object],
    measures: Iterable[Series],
    *,
    entitled: bool,
) -> Iterable[FlagRead]:
    raised = {
        event.flag: event
        for event in events
        if isinstance(event, monitoring.UnderperformanceFlagged)
    }
    points = {one.terms.measure: one.points for one in measures}
    for standing in row.flags:
        misses = raised[standing.flag].misses
        shown = points.get(standing.measure, ())
        yield FlagRead(
            standing=standing,
            misses=tuple(_miss(miss, shown, entitled=entitled) for miss in misses),
        )


def _miss(miss: monitoring.Miss, points: Iterable[Point], *, entitled: bool) -> MissRead:
    """A miss shows its value where the series shows that period's; else it would give it away."""
    beside = [point for point in points if point.return_period == miss.period]
    open_to_all = bool(beside) and all(point.status != "suppressed" for point in beside)
    shown = entitled or open_to_all
    return MissRead(
        period=miss.period,
        return_version=miss.return_version,
        value=miss.value if shown else None,
        target=miss.target,
        status="shown" if shown else "suppressed",
    )


def _notices(lines: Iterable[ContractLine]) -> tuple[NoticeRead, ...]:
    found: dict[str, NoticeRead] = {}
    for line in lines:
        match line.event:
            case contracts.NoticeIssued() as event:
                found[event.notice] = NoticeRead(
                    notice=event.notice,
                    clause=event.clause,
                    flag=event.flag,
                    issued_on=line.on,
                    answer_due_on=event.answer_due_on,
                )
            case contracts.NoticeAnswered() as event if event.notice in found:
                found[event.notice] = replace(found[event.notice], answered_on=line.on)
            case _:
                pass
    return tuple(found.values())

"""A contract read for one reader: its facts to a day, as known at a time, put together.

Law: the true figures, breakdowns and stories show to the provider and the contract manager alone;
to all others what leaves by the measures' policies, whichever day or time is asked for.
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
    Figures,
    Point,
    Series,
    disclosed,
    figures,
    rebases,
    series,
)
from services.gateway.contract_views.versions import VersionRead, versions_in
from services.gateway.contract_views.views import ContractLine, MonitoringLine
from shared.disclosure.deciding import Decided, Decisions
from shared.disclosure.showing import breakdowns_shown, count_shown
from shared.published import contracts, monitoring
from shared.published.terms import (
    BrokenDown,
    BudgetLine,
    ContractTerms,
    MeasureId,
    MeasureTerms,
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
    versions: tuple[VersionRead, ...]
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
    decided: Decisions | None,
) -> ContractRead | None:
    """The contract after these facts, to someone who sees what was decided to leave; without
    decisions, all of it. None if it was not yet signed.
    """
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
    measures = series(terms.measures, said, decided, rebases(events))
    facts = [(line.on, line.event) for line in agreed_lines]
    return ContractRead(
        contract=contract,
        status=ended[0],
        ended_on=ended[1],
        terms=terms,
        history=history,
        outcomes=terms.outcomes,
        measures=measures,
        returns=tuple(_returns(row, events, said, decided)),
        versions=versions_in(monitoring_lines),
        money=money_in(terms, facts),
        certificates=certificates_in(facts),
        payments=payments_in(facts),
        invoices=invoices_in(facts),
        withholdings=withholdings_in(facts),
        flags=tuple(_flags(row, events, measures, entitled=decided is None)),
        notices=_notices(agreed_lines),
        reviews=row.reviews,
        incidents=row.incidents,
    )


def leaving(
    agreed_lines: Iterable[ContractLine], monitoring_lines: Iterable[MonitoringLine]
) -> Decisions:
    """What leaves of a contract's returns, from all that was ever recorded of it.

    Whoever asks for an earlier day or time is shown no more than whoever asks for today: a return
    taken out of its order would be decided as if nothing had left before. A measure is as it was
    last agreed.
    """
    measures = measures_agreed(agreed_lines).values()
    return disclosed(measures, (line.event for line in monitoring_lines))


def measures_agreed(agreed_lines: Iterable[ContractLine]) -> dict[MeasureId, MeasureTerms]:
    """Every measure that was ever agreed, as it was last."""
    return {one.measure: one for by in _history(agreed_lines) for one in by.terms.measures}


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
    decided: Decisions | None,
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
        version = submitted.version
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
            version = newer.version
            read = replace(
                read,
                budget=newer.budget,
                receipt=newer.receipt,
                breakdowns=newer.breakdowns,
                complaints=newer.complaints,
                compliments=newer.compliments,
            )
        if decided is not None:
            read = _without_particulars(read, decided.get((standing.period, version)))
        yield read


def _without_particulars(read: ReturnRead, decided: Decided | None) -> ReturnRead:
    return replace(
        read,
        breakdowns=breakdowns_shown(read.breakdowns or (), decided) or None,
        story=None,
        complaints=count_shown(read.complaints),
        compliments=count_shown(read.compliments),
        status="suppressed",
    )


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
    """A miss shows the value that the series shows of that version; else it would give it away."""
    value = miss.value
    if not entitled:
        version = (miss.period, miss.return_version)
        beside = (one for one in points if (one.period, one.version) == version)
        value = next((point.value for point in beside), None)
    return MissRead(
        period=miss.period,
        return_version=miss.return_version,
        value=value,
        target=miss.target,
        status="suppressed" if value is None else "shown",
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

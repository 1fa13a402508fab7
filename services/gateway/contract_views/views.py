"""What the gateway keeps of each contract, source by source: where it stands, and every fact of it.

Law: a fact once kept is never changed; a contract as of a day, as known at a time, is a selection
of its facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.monitored import MonitoredRow, monitored
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published import contracts, monitoring
from shared.published.needs import (
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)
from shared.published.procurement import ProviderRegistered
from shared.published.terms import (
    AgencyId,
    AgreementKind,
    ContractId,
    ContractTerms,
    FundId,
    MeasureId,
    PartnershipId,
)

ContractFact = (
    contracts.ContractSigned
    | contracts.ContractVaried
    | contracts.ContractExtended
    | contracts.NoticeIssued
    | contracts.NoticeAnswered
    | contracts.EndProposed
    | contracts.EndConfirmed
    | contracts.ContractTerminated
    | contracts.ContractCompleted
    | contracts.CommitmentReleased
    | contracts.InvoiceReceived
    | contracts.InvoiceDisputed
    | contracts.InvoiceDisputeSettled
    | contracts.PaymentCertified
    | contracts.CertificationReversed
    | contracts.ExpenditureAccrued
    | contracts.AccrualReversed
    | contracts.PaymentMade
    | contracts.AmountWithheld
    | contracts.WithholdingReleased
    | contracts.WithholdingForfeited
)
MonitoringFact = (
    monitoring.ReturnScheduled
    | monitoring.ReturnRescheduled
    | monitoring.ReturnSubmitted
    | monitoring.ReturnRejected
    | monitoring.QueryRaised
    | monitoring.QueryAnswered
    | monitoring.ReturnAccepted
    | monitoring.ReturnRestated
    | monitoring.ReturnOverdue
    | monitoring.ExtensionGranted
    | monitoring.ReturnCancelled
    | monitoring.ReviewMeetingHeld
    | monitoring.ActionCompleted
    | monitoring.UnderperformanceFlagged
    | monitoring.ExplanationRequested
    | monitoring.ExplanationGiven
    | monitoring.FlagUpheld
    | monitoring.FlagDismissed
    | monitoring.PlanAgreed
    | monitoring.MilestoneMet
    | monitoring.MilestoneMissed
    | monitoring.FlagEscalated
    | monitoring.FlagSteppedDown
    | monitoring.CaseClockStarted
    | monitoring.CaseClockPaused
    | monitoring.CaseClockResumed
    | monitoring.CaseClockMissed
    | monitoring.CaseMeetingHeld
    | monitoring.NoteMade
    | monitoring.BasisChanged
    | monitoring.FlagClosed
    | monitoring.ReviewDue
    | monitoring.ReviewOpened
    | monitoring.ReviewConcluded
    | monitoring.SeriousIncidentReported
    | monitoring.OfficerTold
    | monitoring.OfficerSilent
    | monitoring.OfficerAcknowledged
    | monitoring.IncidentClosed
    | monitoring.SeriesRebased
)


class ContractLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of contracts about a contract: when it was so, and when that became known."""

    on: date
    recorded_at: datetime
    event: ContractFact


class MonitoringLine(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of monitoring about a contract."""

    on: date
    recorded_at: datetime
    event: MonitoringFact


class OpenNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that waits for its answer."""

    notice: str
    clause: str
    answer_due_on: date


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The end that follows from a board's decision; `ends_on` is proposed until confirmed."""

    change: Literal["redesign", "cease"]
    ends_on: date
    confirmed: bool = False


class ContractRow(Row, frozen=True, kw_only=True):
    """A contract as it is listed. `value_pence` is the sum of its years as now agreed; `measures`
    what its measures are called. `ending` is there once a board has decided about the service.
    """

    contract: ContractId
    partnership: PartnershipId
    commissioner: AgencyId
    provider: AgencyId
    fund: FundId
    specification: str
    award: str
    kind: AgreementKind
    title: str
    starts_on: date
    ends_on: date
    value_pence: int
    status: Literal["signed", "terminated", "completed"] = "signed"
    notices: tuple[OpenNotice, ...] = ()
    ending: Ending | None = None
    measures: dict[MeasureId, str] = msgspec.field(default_factory=dict[MeasureId, str])


def contract_of(recorded: Recorded) -> str | None:
    """The contract an event is about."""
    return getattr(recorded.event, "contract", None) or None


def fold_contract(
    row: ContractRow | None, recorded: Recorded
) -> tuple[ContractRow, tuple[ContractLine, ...]]:
    event = recorded.event
    if not isinstance(event, ContractFact):
        raise TypeError(f"{type(event).__name__} is no fact of a contract")
    if isinstance(event, contracts.ContractSigned):
        row = _agreed(event.contract, event.terms)
    if row is None:
        raise LookupError(f"{type(event).__name__} came before the contract was signed")
    line = ContractLine(on=recorded.effective_on, recorded_at=recorded.recorded_at, event=event)
    return _changed(row, event), (line,)


def _agreed(contract: ContractId, terms: ContractTerms) -> ContractRow:
    return ContractRow(
        contract=contract,
        partnership=terms.partnership,
        commissioner=terms.commissioner,
        provider=terms.provider,
        fund=terms.fund,
        specification=terms.specification,
        award=terms.award,
        kind=terms.kind,
        title=terms.title,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        value_pence=sum(terms.commitments.values()),
        measures={one.measure: one.title for one in terms.measures},
    )


def _changed(row: ContractRow, event: ContractFact) -> ContractRow:
    match event:
        case contracts.ContractVaried() | contracts.ContractExtended():
            agreed = _agreed(event.contract, event.terms)
            ending = row.ending
            if ending and isinstance(event, contracts.ContractExtended):
                ending = replace(ending, ends_on=event.terms.ends_on, confirmed=False)
            return replace(agreed, status=row.status, notices=row.notices, ending=ending)
        case contracts.NoticeIssued():
            issued = OpenNotice(
                notice=event.notice, clause=event.clause, answer_due_on=event.answer_due_on
            )
            return replace(row, notices=(*row.notices, issued))
        case contracts.NoticeAnswered():
            left = tuple(notice for notice in row.notices if notice.notice != event.notice)
            return replace(row, notices=left)
        case contracts.EndProposed():
            return replace(row, ending=Ending(change=event.change, ends_on=event.ends_on))
        case contracts.EndConfirmed():
            ending = Ending(change=event.change, ends_on=event.effective_on, confirmed=True)
            return replace(row, ending=ending)
        case contracts.ContractTerminated():
            return replace(row, status="terminated", ends_on=event.effective_on)
        case contracts.ContractCompleted():
            return replace(row, status="completed")
        case _:
            return row


def ending_shown(row: ContractRow, ending: Ending | None, agency: AgencyId) -> Ending | None:
    """A provider hears of an end once somebody has confirmed it; one that commissions its own
    service, at once.
    """
    provides = agency == row.provider != row.commissioner
    return None if provides and ending is not None and not ending.confirmed else ending


def ending_in(lines: Iterable[ContractLine]) -> Ending | None:
    """The end that the facts of a contract speak of."""
    row: ContractRow | None = None
    for line in lines:
        if isinstance(line.event, contracts.ContractSigned):
            row = _agreed(line.event.contract, line.event.terms)
        if row is not None:
            row = _changed(row, line.event)
    return row.ending if row else None


CONTRACT_FACTS: View[ContractRow] = View(
    name="contract_facts",
    source="contracts",
    row=ContractRow,
    events=get_args(ContractFact),
    key=contract_of,
    fold=fold_contract,
    emits=ContractLine,
    indexes=("partnership", "provider"),
)


def fold_monitoring(
    row: MonitoredRow | None, recorded: Recorded
) -> tuple[MonitoredRow, tuple[MonitoringLine, ...]]:
    event = recorded.event
    if not isinstance(event, MonitoringFact):
        raise TypeError(f"{type(event).__name__} is no fact of monitoring")
    line = MonitoringLine(on=recorded.effective_on, recorded_at=recorded.recorded_at, event=event)
    return monitored(row, event), (line,)


MONITORING_FACTS: View[MonitoredRow] = View(
    name="monitoring_facts",
    source="monitoring",
    row=MonitoredRow,
    events=get_args(MonitoringFact),
    key=contract_of,
    fold=fold_monitoring,
    emits=MonitoringLine,
    indexes=("partnership", "provider"),
)


class SpecificationTitleRow(Row, frozen=True, kw_only=True):
    """What a contract's specification is called and rests on, and whether it still stands."""

    specification: str
    partnership: PartnershipId
    title: str
    need: str
    recommendation: str
    strategy: str
    status: Literal["published", "superseded", "withdrawn"] = "published"


def fold_specification(
    row: SpecificationTitleRow | None, recorded: Recorded
) -> SpecificationTitleRow | None:
    match recorded.event:
        case SpecificationPublished() as event:
            return SpecificationTitleRow(
                specification=event.specification,
                partnership=event.partnership,
                title=event.title,
                need=event.need,
                recommendation=event.recommendation,
                strategy=event.strategy,
            )
        case SpecificationSuperseded() if row:
            return replace(row, status="superseded")
        case SpecificationWithdrawn() if row:
            return replace(row, status="withdrawn")
        case _:
            return row


def _specification_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "specification", None)


SPECIFICATION_TITLES: View[SpecificationTitleRow] = View(
    name="specification_titles",
    source="needs",
    row=SpecificationTitleRow,
    events=(SpecificationPublished, SpecificationSuperseded, SpecificationWithdrawn),
    key=_specification_of,
    fold=fold_specification,
)


class ProviderRow(Row, frozen=True, kw_only=True):
    """What a provider is called."""

    provider: AgencyId
    name: str
    form: str


def fold_provider(row: ProviderRow | None, recorded: Recorded) -> ProviderRow | None:
    match recorded.event:
        case ProviderRegistered() as event:
            return ProviderRow(provider=event.provider, name=event.name, form=event.form)
        case _:
            return row


def _provider_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "provider", None)


PROVIDER_NAMES: View[ProviderRow] = View(
    name="provider_names",
    source="procurement",
    row=ProviderRow,
    events=(ProviderRegistered,),
    key=_provider_of,
    fold=fold_provider,
)

VIEWS: tuple[View[Any], ...] = (
    CONTRACT_FACTS, MONITORING_FACTS, SPECIFICATION_TITLES, PROVIDER_NAMES,
)  # fmt: skip

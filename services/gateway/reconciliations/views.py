"""Reconciliations as they are listed, the columns remembered, and the runs that are under way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec.structs import replace

from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.lines import Settings
from services.gateway.reconciliations.mapping import ColumnMapping
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, FundId, PartnershipId

Status = Literal["uploaded", "open", "prepared", "signed-off", "discarded"]


class ReconciliationRow(Row, frozen=True, kw_only=True):
    """One reconciliation of an account; its figures are nought until it is prepared."""

    reconciliation: str
    partnership: PartnershipId
    fund: FundId
    account: str
    source: str
    agency: AgencyId
    status: Status
    sha256: str
    uploaded_at: datetime
    from_on: date | None = None
    to_on: date | None = None
    rows: int = 0
    difference_pence: int = 0
    unexplained_pence: int = 0
    version: int = 0


def fold(row: ReconciliationRow | None, recorded: Recorded) -> ReconciliationRow | None:
    """The row after one more event of its reconciliation."""
    event = recorded.event
    if isinstance(event, facts.ExtractUploaded):
        account = event.account
        row = ReconciliationRow(
            reconciliation=event.reconciliation,
            partnership=account.partnership,
            fund=account.fund,
            account=account.account,
            source=account.source,
            agency=account.agency,
            status="uploaded",
            sha256=event.file.sha256,
            uploaded_at=event.uploaded_at,
        )
    elif row is not None:
        row = _changed(row, event)
    return row and replace(row, version=recorded.envelope.version)


def _changed(row: ReconciliationRow, event: object) -> ReconciliationRow:
    match event:
        case facts.ExtractTaken():
            return replace(
                row, status="open", from_on=event.from_on, to_on=event.to_on, rows=event.rows
            )
        case facts.ReconciliationPrepared() | facts.ReconciliationSignedOff():
            signed = isinstance(event, facts.ReconciliationSignedOff)
            return replace(
                row,
                status="signed-off" if signed else "prepared",
                difference_pence=event.statement.difference_pence,
                unexplained_pence=event.statement.unexplained_pence,
            )
        case facts.ReconciliationReturned():
            return replace(row, status="open")
        case facts.ReconciliationDiscarded():
            return replace(row, status="discarded")
        case _:
            return row


RECONCILIATION_ROWS: View[ReconciliationRow] = View(
    name="reconciliations",
    source="gateway",
    row=ReconciliationRow,
    events=RECONCILIATIONS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "status"),
)


class MappingRow(Row, frozen=True, kw_only=True):
    """The columns last confirmed for a fund's source."""

    mapping: ColumnMapping


def mapping_key(account: facts.Account) -> str:
    return f"{account.agency}|{account.fund}|{account.source}"


def _key_of_mapping(recorded: Recorded) -> str | None:
    event = recorded.event
    return mapping_key(event.account) if isinstance(event, facts.ExtractTaken) else None


def _remember(row: MappingRow | None, recorded: Recorded) -> MappingRow | None:
    event = recorded.event
    return MappingRow(mapping=event.mapping) if isinstance(event, facts.ExtractTaken) else row


MAPPINGS: View[MappingRow] = View(
    name="column_mappings",
    source="gateway",
    row=MappingRow,
    events=(facts.ExtractTaken,),
    key=_key_of_mapping,
    fold=_remember,
)


class RunRow(Row, frozen=True, kw_only=True):
    """A run of the rules that has not come to an end."""

    run: str
    settings: Settings
    started_at: datetime


def _run(_: RunRow | None, recorded: Recorded) -> RunRow | None:
    event = recorded.event
    if isinstance(event, facts.MatchingStarted):
        return RunRow(run=event.run, settings=event.settings, started_at=event.started_at)
    return None


RUNS: View[RunRow] = View(
    name="matching_runs",
    source="gateway",
    row=RunRow,
    events=(
        facts.MatchingStarted,
        facts.MatchingFinished,
        facts.MatchingFailed,
        facts.ReconciliationDiscarded,
    ),
    key=subject_of,
    fold=_run,
)

VIEWS = (RECONCILIATION_ROWS, MAPPINGS, RUNS)

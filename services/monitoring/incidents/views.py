"""Serious incidents as the board, the commissioner and the provider see them: references only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from services.monitoring.incidents.commands import NoteSilence
from services.monitoring.incidents.decider import INCIDENTS
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.monitoring import (
    IncidentClosed,
    OfficerAcknowledged,
    OfficerSilent,
    OfficerTold,
    SeriousIncidentReported,
)
from shared.published.terms import AgencyId, ContractId, PartnershipId, PersonId


class IncidentRow(Row, frozen=True, kw_only=True):
    """An incident, exempt from publication for as long as it is outstanding."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    reference: str
    referred_to: str
    happened_on: date
    reported_at: datetime
    outstanding: bool = True
    closed_on: date | None = None
    version: int = 1
    officer: PersonId = ""
    told_at: datetime | None = None
    acknowledge_by: datetime | None = None
    acknowledged_at: datetime | None = None
    outcome: str = ""
    silent: bool = False

    def unanswered(self, now: datetime) -> bool:
        """Whether the named officer's day ended, or an incident was closed, without a word."""
        if self.silent:
            return True
        if self.acknowledge_by is None:
            return False
        return (self.acknowledged_at or now) > self.acknowledge_by


def fold(row: IncidentRow | None, recorded: Recorded) -> IncidentRow | None:
    match recorded.event:
        case SeriousIncidentReported() as reported:
            return IncidentRow(
                incident=reported.incident,
                contract=reported.contract,
                partnership=reported.partnership,
                provider=reported.provider,
                commissioner=reported.commissioner,
                reference=reported.reference,
                referred_to=reported.referred_to,
                happened_on=reported.effective_on,
                reported_at=recorded.recorded_at,
            )
        case OfficerTold() as told if row:
            return replace(
                row,
                officer=told.officer,
                told_at=told.told_at,
                acknowledge_by=told.acknowledge_by,
                version=recorded.envelope.version,
            )
        case OfficerSilent() if row:
            return replace(row, silent=True, version=recorded.envelope.version)
        case OfficerAcknowledged() as acknowledged if row:
            return replace(
                row,
                acknowledged_at=acknowledged.acknowledged_at,
                version=recorded.envelope.version,
            )
        case IncidentClosed() as closed if row:
            return replace(
                row,
                outcome=closed.outcome,
                outstanding=False,
                closed_on=closed.effective_on,
                version=recorded.envelope.version,
            )
        case _:
            return row


INCIDENT_ROWS: View[IncidentRow] = View(
    name="incidents",
    source="monitoring",
    row=IncidentRow,
    events=INCIDENTS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "provider", "commissioner"),
)


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """The officer's silence is a fact one second past the day, unless the officer spoke."""
    match recorded.event:
        case OfficerTold() as told:
            return {"silence": told.acknowledge_by + timedelta(seconds=1)}
        case OfficerAcknowledged():
            return {"silence": None}
        case _:
            return {}


def timely(name: str, now: datetime) -> NoteSilence:
    """The command that the end of the officer's day issues."""
    assert name == "silence", f"an incident sets no deadline {name!r}"
    return NoteSilence(now=now)


INCIDENT_DEADLINES = Timed(decider=INCIDENTS, due=due, command=timely)

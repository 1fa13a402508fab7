"""What needs has heard from monitoring: serious incidents, listed at each meeting until closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.monitoring import IncidentClosed, SeriousIncidentReported
from shared.published.terms import AgencyId, ContractId, PartnershipId


class IncidentRow(Row, frozen=True, kw_only=True):
    """A serious incident, by reference only; always exempt."""

    incident: str
    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    reference: str
    referred_to: str
    reported_on: date
    closed_on: date | None = None
    exempt: bool = True


def incident_of(recorded: Recorded) -> str | None:
    match recorded.event:
        case SeriousIncidentReported() | IncidentClosed() as event:
            return event.incident
        case _:
            return None


def fold_incident(row: IncidentRow | None, recorded: Recorded) -> IncidentRow | None:
    match recorded.event:
        case SeriousIncidentReported() as reported:
            return IncidentRow(
                incident=reported.incident,
                contract=reported.contract,
                partnership=reported.partnership,
                provider=reported.provider,
                reference=reported.reference,
                referred_to=reported.referred_to,
                reported_on=reported.effective_on,
            )
        case IncidentClosed() as closed if row:
            return replace(row, closed_on=closed.effective_on)
        case _:
            return row


INCIDENTS: View[IncidentRow] = View(
    name="incidents",
    source="monitoring",
    row=IncidentRow,
    events=(SeriousIncidentReported, IncidentClosed),
    key=incident_of,
    fold=fold_incident,
    indexes=("partnership",),
)


def outstanding(rows: Iterable[IncidentRow], on: date) -> list[IncidentRow]:
    """The incidents reported by a day and not closed before it, oldest first."""
    open_then = [
        row
        for row in rows
        if row.reported_on <= on and (row.closed_on is None or row.closed_on >= on)
    ]
    return sorted(open_then, key=lambda row: (row.reported_on, row.incident))

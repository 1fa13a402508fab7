"""The rules of a serious incident: never the referral itself, never more than a reference. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.monitoring.incidents.commands import (
    AcknowledgeIncident,
    CloseIncident,
    IncidentCommand,
    NoteSilence,
    ReportIncident,
)
from services.monitoring.incidents.events import IncidentEvent
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, Missing, NotPermitted, Refused
from shared.eventsourcing.decider import Decider
from shared.published.monitoring import (
    IncidentClosed,
    OfficerAcknowledged,
    OfficerSilent,
    OfficerTold,
    SeriousIncidentReported,
)
from shared.values.working_days import end_of_day_london


class ReferralNotConfirmed(Invalid):
    """Make the referral first: this is not the way to report a child at risk."""

    code = "referral-not-confirmed"


class NotHappenedYet(Invalid):
    """The day of the incident lies in the future."""

    code = "date-in-future"


class AlreadyReported(Refused):
    """This incident has been reported."""

    code = "incident-already-reported"


class IncidentIsClosed(Refused):
    """This incident has been closed."""

    code = "incident-closed"


class NotNamedOfficer(NotPermitted):
    """Only the officer whom the contract names acknowledges an incident."""

    code = "not-named-officer"


class AlreadyAcknowledged(Refused):
    """The named officer has acknowledged this incident."""

    code = "incident-already-acknowledged"


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of an incident."""


class Unreported(State, frozen=True, kw_only=True):
    """Nobody has reported it."""


class Outstanding(State, frozen=True, kw_only=True):
    """Before each meeting of the board until it is closed."""

    reported: SeriousIncidentReported
    told: OfficerTold | None = None
    acknowledged: bool = False
    silent: bool = False


class Closed(State, frozen=True, kw_only=True):
    """Dealt with, whether or not the officer had answered by then."""

    told: OfficerTold | None = None
    acknowledged: bool = False
    silent: bool = False


Incident = Unreported | Outstanding | Closed


def decide(command: IncidentCommand, incident: Incident) -> Sequence[IncidentEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case ReportIncident():
            reported = _report(command, incident)
            return [reported, _told(command)]
        case AcknowledgeIncident():
            return [_acknowledge(command, incident)]
        case NoteSilence():
            return _silence(command, incident)
        case CloseIncident():
            return [_close(command, incident)]


def _report(command: ReportIncident, incident: Incident) -> IncidentEvent:
    """Refuses: ReferralNotConfirmed, NotHappenedYet, AlreadyReported."""
    if not command.referral_confirmed:
        raise ReferralNotConfirmed(pointer="/body/referral_confirmed")
    if command.happened_on > london_date(command.now):
        raise NotHappenedYet(pointer="/body/happened_on")
    if not isinstance(incident, Unreported):
        raise AlreadyReported
    return SeriousIncidentReported(
        incident=command.incident,
        contract=command.contract,
        partnership=command.partnership,
        provider=command.provider,
        commissioner=command.commissioner,
        reference=command.reference,
        referred_to=command.referred_to,
        reported_by=command.reported_by,
        effective_on=command.happened_on,
    )


def _told(command: ReportIncident) -> OfficerTold:
    """The officer has until the day ends in London."""
    return OfficerTold(
        incident=command.incident,
        contract=command.contract,
        partnership=command.partnership,
        officer=command.officer,
        told_at=command.now,
        acknowledge_by=end_of_day_london(london_date(command.now)),
    )


def _acknowledge(command: AcknowledgeIncident, incident: Incident) -> IncidentEvent:
    """Refuses: Missing, IncidentIsClosed, NotNamedOfficer, AlreadyAcknowledged."""
    match incident:
        case Unreported():
            raise Missing
        case Closed():
            raise IncidentIsClosed
        case Outstanding():
            told = incident.told
            if command.acknowledged_by not in (command.officer, told.officer if told else ""):
                raise NotNamedOfficer
            if incident.acknowledged:
                raise AlreadyAcknowledged
            return OfficerAcknowledged(
                incident=incident.reported.incident,
                contract=incident.reported.contract,
                partnership=incident.reported.partnership,
                officer=command.acknowledged_by,
                acknowledged_at=command.now,
                late=told is not None and command.now > told.acknowledge_by,
            )


def _silence(command: NoteSilence, incident: Incident) -> Sequence[IncidentEvent]:
    """Once, of an officer who said nothing in time; closing an incident answers for nobody."""
    if isinstance(incident, Unreported) or incident.told is None:
        return []
    told = incident.told
    if incident.acknowledged or incident.silent or command.now <= told.acknowledge_by:
        return []
    return [
        OfficerSilent(
            incident=told.incident,
            contract=told.contract,
            partnership=told.partnership,
            officer=told.officer,
            acknowledge_by=told.acknowledge_by,
        )
    ]


def _close(command: CloseIncident, incident: Incident) -> IncidentEvent:
    """Refuses: Missing, IncidentIsClosed."""
    match incident:
        case Unreported():
            raise Missing
        case Closed():
            raise IncidentIsClosed
        case Outstanding():
            return IncidentClosed(
                incident=incident.reported.incident,
                contract=incident.reported.contract,
                partnership=incident.reported.partnership,
                closed_by=command.closed_by,
                effective_on=london_date(command.now),
                outcome=command.outcome,
            )


def evolve(incident: Incident, event: IncidentEvent) -> Incident:
    """The incident after one more fact."""
    match event:
        case SeriousIncidentReported():
            return Outstanding(reported=event)
        case OfficerTold():
            return replace(incident, told=event) if isinstance(incident, Outstanding) else incident
        case OfficerAcknowledged():
            if isinstance(incident, Outstanding):
                return replace(incident, acknowledged=True)
            return incident
        case OfficerSilent():
            if isinstance(incident, Unreported):
                return incident
            return replace(incident, silent=True)
        case IncidentClosed():
            if isinstance(incident, Unreported):
                return Closed()
            return Closed(
                told=incident.told, acknowledged=incident.acknowledged, silent=incident.silent
            )


INCIDENTS: Decider[IncidentCommand, Incident, IncidentEvent] = Decider(
    category="incident",
    initial=Unreported(),
    decide=decide,
    evolve=evolve,
    events=get_args(IncidentEvent),
)

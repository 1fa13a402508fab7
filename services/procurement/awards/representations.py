"""The rules of representations against an award that was announced and is not made. Pure.

Law: nothing is awarded while one stands, and never after one was upheld.
"""

from __future__ import annotations

from datetime import datetime

from services.procurement.awards.commands import DecideRepresentation, ReceiveRepresentation
from services.procurement.awards.events import AwardChallenged, AwardChallengeResolved
from services.procurement.awards.refusals import AwardChallengeUpheld, NoStandstillRunning
from services.procurement.awards.state import Proposed
from services.procurement.tenders.after_award import FURTHER_DECISION_WORKING_DAYS
from services.procurement.tenders.refusals import RepresentationStands, UnknownRepresentation
from shared.eventsourcing.clock import london_date
from shared.values.working_days import end_of_day_london, nth_working_day_after


def receive(command: ReceiveRepresentation, award: Proposed) -> AwardChallenged:
    """Suspends the standstill. Refuses: NoStandstillRunning."""
    ends_at = award.standstill_ends_at
    if ends_at is None or (command.now > ends_at and not award.standing):
        raise NoStandstillRunning
    return AwardChallenged(
        representation=command.representation,
        by=command.by,
        grounds=command.grounds,
        received_by=command.received_by,
    )


def resolve(command: DecideRepresentation, award: Proposed) -> AwardChallengeResolved:
    """Lets the standstill run again where it was the last. Refuses: UnknownRepresentation."""
    if command.representation not in award.standing:
        raise UnknownRepresentation
    return AwardChallengeResolved(
        representation=command.representation,
        upheld=command.upheld,
        reason=command.reason,
        standstill_ends_at=_resumed_until(command, award),
    )


def _resumed_until(command: DecideRepresentation, award: Proposed) -> datetime | None:
    """Provider Selection Regime (SI 2023/1348 reg. 12): at least five working days after the
    further decision.
    """
    ends_at = award.standstill_ends_at
    if ends_at is None or award.standing != frozenset({command.representation}):
        return None
    if award.proposed.terms.regime != "provider-selection":
        return ends_at
    further = nth_working_day_after(london_date(command.now), FURTHER_DECISION_WORKING_DAYS)
    return max(ends_at, end_of_day_london(further))


def unchallenged(award: Proposed) -> None:
    """Refuses: RepresentationStands, AwardChallengeUpheld."""
    if award.standing:
        raise RepresentationStands
    if award.upheld:
        raise AwardChallengeUpheld

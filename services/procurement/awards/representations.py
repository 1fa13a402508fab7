"""The rules of representations against an award that was announced and is not made. Pure.

Law: nothing is awarded while one stands, and never after one was upheld.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.procurement.awards.announcing import moved
from services.procurement.awards.commands import DecideRepresentation, ReceiveRepresentation
from services.procurement.awards.events import AwardChallenged, AwardChallengeResolved, AwardEvent
from services.procurement.awards.refusals import (
    AwardChallengeUpheld,
    AwarderInterested,
    NoStandstillRunning,
)
from services.procurement.awards.state import Proposed
from services.procurement.standstills import resumed_until
from services.procurement.tenders.refusals import RepresentationStands, UnknownRepresentation


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


def resolve(command: DecideRepresentation, award: Proposed) -> Sequence[AwardEvent]:
    """Lets the standstill run again where it was the last. Refuses: UnknownRepresentation,
    AwarderInterested.
    """
    if command.representation not in award.standing:
        raise UnknownRepresentation
    if award.interests.get(command.decided_by):
        raise AwarderInterested
    health = award.proposed.terms.regime == "provider-selection"
    rule = "provider-selection" if health else "procurement-act"
    last = award.standing == frozenset({command.representation})
    ends_at = resumed_until(award.standstill_ends_at, rule, command.now) if last else None
    resolved = AwardChallengeResolved(
        representation=command.representation,
        upheld=command.upheld,
        reason=command.reason,
        standstill_ends_at=ends_at,
    )
    return [resolved, *moved(award, ends_at)]


def unchallenged(award: Proposed) -> None:
    """Refuses: RepresentationStands, AwardChallengeUpheld."""
    if award.standing:
        raise RepresentationStands
    if award.upheld:
        raise AwardChallengeUpheld

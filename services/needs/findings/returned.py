"""What a service's accepted returns say of complaints and compliments, one stream per contract.

Law: counts come to stand with the acceptance of their version, each once. Pure; has no door, since
only what monitoring publishes asks it anything, and nothing is refused that nobody waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import get_args

import msgspec
from msgspec.structs import replace

from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Command
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Event
from shared.published.terms import ContractId, PartnershipId, Period


class ExpectReturns(Command, frozen=True, kw_only=True):
    contract: ContractId
    partnership: PartnershipId
    now: datetime


class NoteCounts(Command, frozen=True, kw_only=True):
    """What a version of a return says; `stands` where it needs no more acceptance."""

    period: Period
    return_version: int
    complaints: int
    compliments: int
    stands: bool = False
    now: datetime


class NoteAcceptance(Command, frozen=True, kw_only=True):
    period: Period
    return_version: int
    now: datetime


ReturnedCommand = ExpectReturns | NoteCounts | NoteAcceptance


class ReturnsExpected(Event, frozen=True, kw_only=True, tag="needs.returns-expected.v1"):
    contract: ContractId
    partnership: PartnershipId


class CountsNoted(Event, frozen=True, kw_only=True, tag="needs.counts-noted.v1"):
    """A version of a return came in; nothing follows from it before it is accepted."""

    period: Period
    return_version: int
    complaints: int
    compliments: int


class CountsAccepted(Event, frozen=True, kw_only=True, tag="needs.counts-accepted.v1"):
    """What an accepted or restated return says of complaints and compliments."""

    contract: ContractId
    partnership: PartnershipId
    period: Period
    return_version: int
    complaints: int
    compliments: int
    effective_on: date


ReturnedEvent = ReturnsExpected | CountsNoted | CountsAccepted


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What one contract's returns have said, by period and version."""

    contract: ContractId = ""
    partnership: PartnershipId = ""
    noted: dict[tuple[Period, int], CountsNoted] = {}
    accepted: frozenset[tuple[Period, int]] = frozenset()


def decide(command: ReturnedCommand, returned: Returned) -> Sequence[ReturnedEvent]:
    """What follows from a command; nothing is refused, since nobody waits for an answer."""
    match command:
        case ExpectReturns():
            if returned.partnership == command.partnership:
                return []
            return [ReturnsExpected(contract=command.contract, partnership=command.partnership)]
        case NoteCounts():
            return _note(command, returned)
        case NoteAcceptance():
            noted = returned.noted.get((command.period, command.return_version))
            return _accepted(noted, command, returned)


def _note(command: NoteCounts, returned: Returned) -> Sequence[ReturnedEvent]:
    if (command.period, command.return_version) in returned.noted:
        return []
    noted = CountsNoted(
        period=command.period,
        return_version=command.return_version,
        complaints=command.complaints,
        compliments=command.compliments,
    )
    return [noted, *(_accepted(noted, command, returned) if command.stands else ())]


def _accepted(
    noted: CountsNoted | None, command: NoteCounts | NoteAcceptance, returned: Returned
) -> Sequence[ReturnedEvent]:
    """Nothing for a version never heard of, or that counts already."""
    if noted is None or not returned.partnership:
        return []
    if (noted.period, noted.return_version) in returned.accepted:
        return []
    return [
        CountsAccepted(
            contract=returned.contract,
            partnership=returned.partnership,
            period=noted.period,
            return_version=noted.return_version,
            complaints=noted.complaints,
            compliments=noted.compliments,
            effective_on=london_date(command.now),
        )
    ]


def evolve(returned: Returned, event: ReturnedEvent) -> Returned:
    """The counts after one more fact."""
    match event:
        case ReturnsExpected():
            return replace(returned, contract=event.contract, partnership=event.partnership)
        case CountsNoted():
            key = (event.period, event.return_version)
            return replace(returned, noted={**returned.noted, key: event})
        case CountsAccepted():
            key = (event.period, event.return_version)
            return replace(returned, accepted=returned.accepted | {key})


RETURNED: Decider[ReturnedCommand, Returned, ReturnedEvent] = Decider(
    category="returned",
    initial=Returned(),
    decide=decide,
    evolve=evolve,
    events=get_args(ReturnedEvent),
)

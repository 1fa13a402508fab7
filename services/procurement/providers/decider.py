"""The rules of the register of providers. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from services.procurement.providers.checking import registered
from services.procurement.providers.commands import (
    EndGround,
    FindGround,
    HoldStandard,
    LapseStandard,
    ProviderCommand,
    RegisterProvider,
    ReinstateProvider,
    SuspendProvider,
)
from services.procurement.providers.events import ProviderEvent
from services.procurement.providers.grounds import ground_on, stands_until
from services.procurement.providers.refusals import (
    AlreadyExpired,
    AlreadyRegistered,
    GroundNotStanding,
    GroundStands,
    GroundTooOld,
    IdentifierMalformed,
    NotSuspended,
    ProviderIsSuspended,
    StandardStillHeld,
    UnknownGround,
    UnknownScheme,
)
from services.procurement.providers.state import (
    Provider,
    Registered,
    Unregistered,
    evolve,
    standard_of,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    StandardHeld,
    StandardLapsed,
)

SCHEMES: Mapping[str, re.Pattern[str]] = {
    "GB-COH": re.compile(r"[A-Z0-9]{2}[0-9]{6}"),
    "GB-CHC": re.compile(r"[0-9]{6,7}(-[0-9]{1,3})?"),
    "GB-ODS": re.compile(r"[A-Z0-9]{3,10}"),
}


def decide(command: ProviderCommand, provider: Provider) -> Sequence[ProviderEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case RegisterProvider():
            return [_register(command, provider)]
        case HoldStandard():
            return _hold(command, registered(provider))
        case LapseStandard():
            return _lapse(command, registered(provider))
        case SuspendProvider():
            return [_suspend(command, registered(provider))]
        case ReinstateProvider():
            known = registered(provider)
            if not known.suspended:
                raise NotSuspended
            return [ProviderReinstated(provider=known.provider, reason=command.reason)]
        case FindGround():
            return [_find(command, registered(provider))]
        case EndGround():
            return [_end(command, registered(provider))]


def _suspend(command: SuspendProvider, provider: Registered) -> ProviderSuspended:
    """Refuses: ProviderIsSuspended."""
    if provider.suspended:
        raise ProviderIsSuspended
    return ProviderSuspended(provider=provider.provider, reason=command.reason)


def _find(command: FindGround, provider: Registered) -> ExclusionGroundFound:
    """Refuses: UnknownGround, GroundTooOld, GroundStands."""
    today = london_date(command.now)
    ground = ground_on(command.ground, today)
    if ground is None:
        raise UnknownGround(pointer="/body/ground")
    until = today if command.happened_on > today else stands_until(command.happened_on)
    if command.happened_on > today or until < today:
        raise GroundTooOld(pointer="/body/happened_on")
    if command.ground in provider.grounds and provider.grounds[command.ground].until >= today:
        raise GroundStands
    return ExclusionGroundFound(
        provider=provider.provider,
        ground=ground.ground,
        mandatory=ground.mandatory,
        section=ground.section,
        happened_on=command.happened_on,
        until=until,
        reason=command.reason,
    )


def _end(command: EndGround, provider: Registered) -> ExclusionGroundEnded:
    """Refuses: GroundNotStanding."""
    if command.ground not in provider.grounds:
        raise GroundNotStanding
    return ExclusionGroundEnded(
        provider=provider.provider, ground=command.ground, reason=command.reason
    )


def _register(command: RegisterProvider, provider: Provider) -> ProviderRegistered:
    """Refuses: AlreadyRegistered, UnknownScheme, IdentifierMalformed."""
    if not isinstance(provider, Unregistered):
        raise AlreadyRegistered
    for scheme, identifier in command.identifiers.items():
        pointer = f"/body/identifiers/{scheme}"
        if scheme not in SCHEMES:
            raise UnknownScheme(pointer=pointer)
        if not SCHEMES[scheme].fullmatch(identifier):
            raise IdentifierMalformed(pointer=pointer)
    return ProviderRegistered(
        provider=command.provider,
        name=command.name,
        form=command.form,
        small=command.small,
        identifiers=command.identifiers,
    )


def _hold(command: HoldStandard, provider: Registered) -> Sequence[ProviderEvent]:
    """Refuses: AlreadyExpired. A renewal replaces what was held of the same kind and title."""
    if command.valid_until < london_date(command.now):
        raise AlreadyExpired(pointer="/body/valid_until")
    return [
        StandardHeld(
            provider=provider.provider,
            standard=command.standard,
            title=command.title,
            reference=command.reference,
            valid_until=command.valid_until,
        )
    ]


def _lapse(command: LapseStandard, provider: Registered) -> Sequence[ProviderEvent]:
    """Nothing where it has lapsed before. Refuses: StandardStillHeld (it has been renewed)."""
    last_day = provider.standards.get(command.held)
    if last_day is None:
        return []
    if london_date(command.now) <= last_day:
        raise StandardStillHeld
    return [
        StandardLapsed(
            provider=provider.provider, standard=standard_of(command.held), expired_on=last_day
        )
    ]


PROVIDERS: Decider[ProviderCommand, Provider, ProviderEvent] = Decider(
    category="provider",
    initial=Unregistered(),
    decide=decide,
    evolve=evolve,
    events=get_args(ProviderEvent),
)

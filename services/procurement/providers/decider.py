"""The rules of the register of providers. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.procurement.providers.commands import (
    HoldStandard,
    LapseStandard,
    ProviderCommand,
    RegisterProvider,
    ReinstateProvider,
    SuspendProvider,
)
from services.procurement.providers.events import ProviderEvent
from services.procurement.providers.refusals import (
    AlreadyExpired,
    AlreadyRegistered,
    IdentifierMalformed,
    NotSuspended,
    ProviderIsSuspended,
    ProviderNotRegistered,
    StandardStillHeld,
    UnknownScheme,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.decider import Decider
from shared.published.procurement import (
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    Standard,
    StandardHeld,
    StandardLapsed,
)
from shared.published.terms import AgencyId

SCHEMES: Mapping[str, re.Pattern[str]] = {
    "GB-COH": re.compile(r"[A-Z0-9]{2}[0-9]{6}"),
    "GB-CHC": re.compile(r"[0-9]{6,7}(-[0-9]{1,3})?"),
    "GB-ODS": re.compile(r"[A-Z0-9]{3,10}"),
}


class Unregistered(msgspec.Struct, frozen=True, kw_only=True):
    """Not in the register."""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """In the register. `standards` holds the last day of each standard held, by its key."""

    provider: AgencyId
    suspended: bool = False
    standards: dict[str, date] = {}


Provider = Unregistered | Registered


def held_key(standard: Standard, title: str) -> str:
    """What a renewal replaces: the standard of its kind and, for quality marks, of its title."""
    return f"{standard} {title}".strip()


def standard_of(held: str) -> Standard:
    """The kind in a key; raises ValueError for what is no key."""
    return msgspec.convert(held.partition(" ")[0], Standard)


def decide(command: ProviderCommand, provider: Provider) -> Sequence[ProviderEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case RegisterProvider():
            return [_register(command, provider)]
        case HoldStandard():
            return _hold(command, _registered(provider))
        case LapseStandard():
            return _lapse(command, _registered(provider))
        case SuspendProvider():
            known = eligible(provider)
            return [ProviderSuspended(provider=known.provider, reason=command.reason)]
        case ReinstateProvider():
            known = _registered(provider)
            if not known.suspended:
                raise NotSuspended
            return [ProviderReinstated(provider=known.provider, reason=command.reason)]


def _registered(provider: Provider) -> Registered:
    """Refuses: ProviderNotRegistered."""
    match provider:
        case Unregistered():
            raise ProviderNotRegistered
        case Registered():
            return provider


def eligible(provider: Provider) -> Registered:
    """A provider that may bid and be given an award.

    Refuses: ProviderNotRegistered, ProviderIsSuspended.
    """
    known = _registered(provider)
    if known.suspended:
        raise ProviderIsSuspended
    return known


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


def evolve(provider: Provider, event: ProviderEvent) -> Provider:
    """The provider after one more fact."""
    match event:
        case ProviderRegistered():
            return Registered(provider=event.provider)
        case StandardHeld() if isinstance(provider, Registered):
            key = held_key(event.standard, event.title)
            return replace(provider, standards={**provider.standards, key: event.valid_until})
        case StandardLapsed() if isinstance(provider, Registered):
            return replace(provider, standards=left_after(provider.standards, event))
        case ProviderSuspended() if isinstance(provider, Registered):
            return replace(provider, suspended=True)
        case ProviderReinstated() if isinstance(provider, Registered):
            return replace(provider, suspended=False)
        case StandardHeld() | StandardLapsed() | ProviderSuspended() | ProviderReinstated():
            return provider


def left_after(standards: Mapping[str, date], lapsed: StandardLapsed) -> dict[str, date]:
    """What is still held: two marks of a kind that expire on one day lapse together."""
    return {
        key: last_day
        for key, last_day in standards.items()
        if (standard_of(key), last_day) != (lapsed.standard, lapsed.expired_on)
    }


PROVIDERS: Decider[ProviderCommand, Provider, ProviderEvent] = Decider(
    category="provider",
    initial=Unregistered(),
    decide=decide,
    evolve=evolve,
    events=get_args(ProviderEvent),
)

"""What a provider is in the register, and how facts move it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec
from msgspec.structs import replace

from services.procurement.providers.events import ProviderEvent
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    Standard,
    StandardHeld,
    StandardLapsed,
)
from shared.published.terms import AgencyId


class Unregistered(msgspec.Struct, frozen=True, kw_only=True):
    """Not in the register."""


class GroundStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A ground that stands, to its last day."""

    mandatory: bool
    section: str
    until: date


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """In the register. `standards` holds the last day of each standard held, by its key; `lapsed`
    that of each that has lapsed and was not renewed.
    """

    provider: AgencyId
    suspended: bool = False
    standards: dict[str, date] = {}
    lapsed: dict[str, date] = {}
    grounds: dict[str, GroundStanding] = {}


Provider = Unregistered | Registered


def held_key(standard: Standard, title: str) -> str:
    """What a renewal replaces: the standard of its kind and, for quality marks, of its title."""
    return f"{standard} {title}".strip()


def standard_of(held: str) -> Standard:
    """The kind in a key; raises ValueError for what is no key."""
    return msgspec.convert(held.partition(" ")[0], Standard)


def evolve(provider: Provider, event: ProviderEvent) -> Provider:
    """The provider after one more fact."""
    if isinstance(event, ProviderRegistered):
        return Registered(provider=event.provider)
    return _changed(provider, event) if isinstance(provider, Registered) else provider


def _changed(provider: Registered, event: ProviderEvent) -> Registered:
    match event:
        case ProviderRegistered():
            return provider
        case StandardHeld():
            key = held_key(event.standard, event.title)
            return replace(
                provider,
                standards={**provider.standards, key: event.valid_until},
                lapsed={held: day for held, day in provider.lapsed.items() if held != key},
            )
        case StandardLapsed():
            left = left_after(provider.standards, event)
            gone = {key: day for key, day in provider.standards.items() if key not in left}
            return replace(provider, standards=left, lapsed={**provider.lapsed, **gone})
        case ProviderSuspended():
            return replace(provider, suspended=True)
        case ProviderReinstated():
            return replace(provider, suspended=False)
        case ExclusionGroundFound():
            found = GroundStanding(
                mandatory=event.mandatory, section=event.section, until=event.until
            )
            return replace(provider, grounds={**provider.grounds, event.ground: found})
        case ExclusionGroundEnded():
            left_standing = {k: v for k, v in provider.grounds.items() if k != event.ground}
            return replace(provider, grounds=left_standing)


def left_after(standards: Mapping[str, date], lapsed: StandardLapsed) -> dict[str, date]:
    """What is still held: two marks of a kind that expire on one day lapse together."""
    return {
        key: last_day
        for key, last_day in standards.items()
        if (standard_of(key), last_day) != (lapsed.standard, lapsed.expired_on)
    }

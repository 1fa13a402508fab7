"""Whether a provider may bid and be given an award on a day, and if not, what stands against it.

Law: it is in the register and not suspended, under no mandatory ground, holds what it held and what
is asked, and a discretionary ground is not passed over without a word. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain

from services.procurement.providers.grounds import GROUNDS
from services.procurement.providers.refusals import (
    ConditionsUnmet,
    ExcludableNotConsidered,
    ProviderIsExcluded,
    ProviderIsSuspended,
    ProviderNotRegistered,
    StandardsLapsed,
)
from services.procurement.providers.state import Provider, Registered, Unregistered, standard_of
from shared.published.procurement import Standard

SAFETY: tuple[Standard, ...] = ("safeguarding", "safer-recruitment", "insurance", "registration")
TITLES: Mapping[str, str] = {one.ground: one.title for one in GROUNDS}
NAMES: Mapping[Standard, str] = {
    "safeguarding": "safeguarding",
    "safer-recruitment": "safer recruitment",
    "insurance": "insurance",
    "registration": "registration",
    "quality-mark": "a quality mark",
    "other": "another standard",
}


def registered(provider: Provider) -> Registered:
    """Refuses: ProviderNotRegistered."""
    match provider:
        case Unregistered():
            raise ProviderNotRegistered
        case Registered():
            return provider


def eligible(provider: Provider, on: date) -> Registered:
    """A provider that may bid. Refuses: ProviderNotRegistered, ProviderIsSuspended,
    ProviderIsExcluded.
    """
    known = registered(provider)
    if known.suspended:
        raise ProviderIsSuspended
    if standing := _standing(known, on, mandatory=True):
        raise ProviderIsExcluded(f"No award may go to this provider: {'; '.join(standing)}.")
    return known


def awardable(
    provider: Provider, on: date, asked: Sequence[Standard] = (), *, considered: bool = True
) -> Registered:
    """A provider that may be given an award on conditions, which are standards it has to hold.

    Refuses: as for a bid, then ExcludableNotConsidered, StandardsLapsed, ConditionsUnmet.
    """
    known = eligible(provider, on)
    standing = _standing(known, on, mandatory=False)
    if standing and not considered:
        raise ExcludableNotConsidered(
            f"Say why this provider is not excluded: {'; '.join(standing)}.",
            pointer="/body/considered",
        )
    if lapsed := lapsed_on(known, on):
        said = "; ".join(f"{NAMES[kind]}, {day:%d %B %Y}" for kind, day in lapsed.items())
        raise StandardsLapsed(f"Have it renewed and recorded first: {said}.")
    holding = held_on(known, on)
    if missing := [NAMES[kind] for kind in asked if kind not in holding]:
        raise ConditionsUnmet(f"The provider does not hold: {', '.join(missing)}.")
    return known


def _standing(provider: Registered, on: date, *, mandatory: bool) -> list[str]:
    return [
        f"{TITLES.get(code, code)} ({found.section}, to {found.until:%d %B %Y})"
        for code, found in provider.grounds.items()
        if found.mandatory == mandatory and on <= found.until
    ]


def held_on(provider: Registered, on: date) -> set[Standard]:
    """The kinds of which at least one is held on that day."""
    return {standard_of(key) for key, until in provider.standards.items() if on <= until}


def lapsed_on(provider: Registered, on: date) -> dict[Standard, date]:
    """Of the safety checks those held once and by nothing now, each with its last day."""
    holding = held_on(provider, on)
    found: dict[Standard, date] = {}
    for key, until in chain(provider.lapsed.items(), provider.standards.items()):
        kind = standard_of(key)
        if kind in SAFETY and kind not in holding:
            found[kind] = max(until, found.get(kind, until))
    return found

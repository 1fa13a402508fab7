"""Whether a provider may still be signed with on a day, by what the register says of it. Pure.

Law: between award and signature a check may lapse and a ground be found; what was right when it was
awarded is asked again before anything is promised.
"""

from __future__ import annotations

from datetime import date

import msgspec

from services.contracts.contracts.refusals import (
    ProviderExcluded,
    ProviderSuspendedSince,
    StandardsLapsed,
)

SAFETY = ("safeguarding", "safer-recruitment", "insurance", "registration")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What the register says; by name, the last day of each standard and of each ground."""

    suspended: bool = False
    held: dict[str, date] = {}
    lapsed: dict[str, date] = {}
    excluded: dict[str, date] = {}


def signable(standing: Standing, on: date) -> None:
    """Refuses: ProviderSuspendedSince, ProviderExcluded, StandardsLapsed."""
    if standing.suspended:
        raise ProviderSuspendedSince
    if stands := [_said(name, day) for name, day in standing.excluded.items() if on <= day]:
        raise ProviderExcluded(f"A mandatory ground stands: {'; '.join(stands)}.")
    if lapsed := lapsed_on(standing, on):
        said = "; ".join(_said(name, day) for name, day in lapsed.items())
        raise StandardsLapsed(f"Have it renewed and recorded first: {said}.")


def lapsed_on(standing: Standing, on: date) -> dict[str, date]:
    """Of the safety checks those held once and by nothing now, each with its last day."""
    holding = {key.partition(" ")[0] for key, day in standing.held.items() if on <= day}
    found: dict[str, date] = {}
    for key, day in [*standing.lapsed.items(), *standing.held.items()]:
        kind = key.partition(" ")[0]
        if kind in SAFETY and kind not in holding:
            found[kind] = max(day, found.get(kind, day))
    return found


def _said(name: str, day: date) -> str:
    return f"{name.replace('-', ' ')}, to {day:%d %B %Y}"

"""When each version of a return was handed in, accepted and restated. Pure.

Law: a figure can be traced to the version it came in and the day that version was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.views import MonitoringLine
from shared.published import monitoring
from shared.published.terms import Period


class VersionRead(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one return."""

    period: Period
    version: int
    submitted_on: date | None = None
    accepted_on: date | None = None
    restated_on: date | None = None
    late: bool = False


def versions_in(lines: Iterable[MonitoringLine]) -> tuple[VersionRead, ...]:
    """Every version there was, in the order they came."""
    found: dict[tuple[Period, int], VersionRead] = {}
    for line in lines:
        match line.event:
            case monitoring.ReturnSubmitted() as sent:
                one = VersionRead(
                    period=sent.period, version=sent.version, submitted_on=line.on, late=sent.late
                )
                found[sent.period, sent.version] = one
            case monitoring.ReturnAccepted() as accepted:
                key = (accepted.period, accepted.version)
                one = found.get(key, VersionRead(period=key[0], version=key[1]))
                found[key] = replace(one, accepted_on=line.on)
            case monitoring.ReturnRestated() as again:
                key = (again.period, again.version)
                one = found.get(key, VersionRead(period=key[0], version=key[1]))
                found[key] = replace(one, restated_on=line.on)
            case _:
                pass
    return tuple(found.values())

"""The house goes on after a restore: its services take the restored logs as they are now.

Law: nothing is decided here that a person has not said, by name and with a reason, at each service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

SECONDS = 600.0


class NotTaken(Exception):
    """A service did not do as asked; what the others did stands, and may be asked again."""


class Orphan(msgspec.Struct, frozen=True, kw_only=True):
    """An event of one service's log whose cause another's no longer has."""

    service: str
    source: str
    reaction: str
    stream: str
    version: int
    type: str
    event: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Who went back to where, which views were made again, and what is left without a cause."""

    put_back: tuple[str, ...]
    rebuilt: tuple[str, ...]
    orphans: tuple[Orphan, ...]


def accept(addresses: Mapping[str, str], bearer: str, reason: str) -> Outcome:
    """Asks every service about every log it hears. Safe to repeat. Raises NotTaken."""
    headers = {"Authorization": f"Bearer {bearer}"}
    back: list[str] = []
    rebuilt: list[str] = []
    orphans: list[Orphan] = []
    with httpx.Client(headers=headers, timeout=SECONDS) as client:
        for service, address in addresses.items():
            at = f"{address}/v1/operations"
            progress = _answer(service, client.get(f"{at}/progress"))
            for source in sorted({where["source"] for where in progress["following"]}):
                path = f"{at}/epochs/{source}/acceptance"
                taken = _answer(service, client.post(path, json={"reason": reason}))
                back += (
                    f"{one['subscriber']} of {service}: from {one['was_at']} back to"
                    f" {one['now_at']} of {source}"
                    for one in taken["put_back"]
                )
                orphans += (_orphan(service, one) for one in taken["orphans"])
                for view in taken["rebuild"]:
                    _answer(service, client.post(f"{at}/views/{view}/rebuild"))
                    rebuilt.append(f"{view} of {service}")
    return Outcome(put_back=tuple(back), rebuilt=tuple(rebuilt), orphans=tuple(orphans))


def _answer(service: str, response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        raise NotTaken(f"{service} answered {response.status_code}: {response.text[:500]}")
    return response.json()


def _orphan(service: str, one: Mapping[str, Any]) -> Orphan:
    return Orphan(
        service=service,
        source=one["source"],
        reaction=one["reaction"],
        stream=one["stream"],
        version=one["version"],
        type=one["type"],
        event=one["event"],
    )

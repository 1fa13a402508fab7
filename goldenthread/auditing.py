"""The audit of the whole house: every consumer's accounts against the logs of those it hears.

Law: how far somebody is behind is one thing, what they passed over another; only the second is a
fault. Each source is asked itself, never believed by hearsay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

SECONDS = 60.0
MOST_SHOWN = 8
NOT_FOUND = 404


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One consumer of one source, or a log by itself. What is in `faults` is a hole or as bad."""

    service: str
    subscriber: str
    source: str
    checkpoint: int
    lag: int
    accounted_from: int = 1
    parked: int = 0
    skipped: int = 0
    faults: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found, and who did not answer."""

    findings: tuple[Finding, ...]
    unanswered: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        if any(finding.faults for finding in self.findings):
            return 1
        return 2 if self.unanswered else 0


class _Asking:
    """The services' doors. What does not answer once is taken not to answer."""

    def __init__(self, client: httpx.Client, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.unanswered: set[str] = set()
        self._client = client

    def ask(self, service: str, path: str) -> dict[str, Any] | None:
        """The answer, empty for what is not found; None where there is none."""
        if service in self.unanswered or service not in self.addresses:
            return None
        try:
            response = self._client.get(f"{self.addresses[service]}/v1/operations/{path}")
            if response.status_code == NOT_FOUND:
                return {}
            response.raise_for_status()
        except httpx.HTTPError:
            self.unanswered.add(service)
            return None
        return cast("dict[str, Any]", response.json())


def audit(addresses: Mapping[str, str], bearer: str) -> Report:
    """Asks every service for its accounts first, and then how far each log reaches."""
    headers = {"Authorization": f"Bearer {bearer}"}
    with httpx.Client(headers=headers, timeout=SECONDS) as client:
        asking = _Asking(client, addresses)
        audits = {service: asking.ask(service, "audit") for service in addresses}
        heads = {service: asking.ask(service, "progress") for service in addresses}
        findings: list[Finding] = []
        for service, found in audits.items():
            if found:
                findings += _log(service, found)
                findings += (_account(asking, service, one, heads) for one in found["accounts"])
    return Report(findings=tuple(findings), unanswered=tuple(sorted(asking.unanswered)))


def _log(service: str, found: Mapping[str, Any]) -> list[Finding]:
    faults = [
        f"{kind} missing from the log: {_spans(found[kind])}"
        for kind in ("positions", "publications")
        if found[kind]["missing"]
    ]
    at: int = found["positions"]["head"]
    return [
        Finding(
            service=service,
            subscriber="(log)",
            source=service,
            checkpoint=at,
            lag=0,
            faults=tuple(faults),
        )
    ]


def _account(
    asking: _Asking,
    service: str,
    one: Mapping[str, Any],
    heads: Mapping[str, Mapping[str, Any] | None],
) -> Finding:
    by, source, checkpoint = one["counted_by"], one["source"], one["checkpoint"]
    told = heads.get(source)
    head: int = told[by] if told else checkpoint
    faults: list[str] = []
    if one["unaccounted"]:
        faults.append(f"passed over: {_spans(one)}")
    if one["aside_unaccounted"]:
        faults.append(f"{one['aside_unaccounted']} parked or skipped but not accounted for")
    if checkpoint > head:
        faults.append(f"at {checkpoint}, but {source} ends at {head}")
    if one["stopped"]:
        faults.append(f"stopped: {one['stopped']}")
    faults += _other_event(asking, one)
    return Finding(
        service=service,
        subscriber=one["subscriber"],
        source=source,
        checkpoint=checkpoint,
        lag=max(head - checkpoint, 0),
        accounted_from=one["accounted_from"],
        parked=one["parked"],
        skipped=one["skipped"],
        faults=tuple(faults),
    )


def _other_event(asking: _Asking, one: Mapping[str, Any]) -> list[str]:
    """Whether the source gave the event gone through last the number it went by.

    One that was left out while the others were numbered on shows here and nowhere else.
    """
    source, event = one["source"], one["last_event"]
    standing = asking.ask(source, f"events/{event}") if event else None
    if standing is None:
        return []
    if not standing:
        return [f"event {event} went by {one['checkpoint']}, and {source} does not have it"]
    number = standing[one["counted_by"]]
    if number == one["checkpoint"]:
        return []
    return [f"event {event} went by {one['checkpoint']}, but {source} numbered it {number}"]


def _spans(found: Mapping[str, Any]) -> str:
    """`5, 9-12 (5)`; in brackets how many numbers that is."""
    holes: Sequence[Mapping[str, int]] = found["holes"]
    words = [
        str(hole["first"]) if hole["first"] == hole["last"] else f"{hole['first']}-{hole['last']}"
        for hole in holes[:MOST_SHOWN]
    ]
    more = ["…"] if len(holes) > MOST_SHOWN else []
    count = found.get("unaccounted", found.get("missing"))
    return f"{', '.join([*words, *more])} ({count})"


def tell(console: Console, report: Report) -> None:
    """A line for everyone, and in words what is not as it should be."""
    table = Table("service", "subscriber", "source", "at", "lag", "parked", "skipped", "found")
    for one in report.findings:
        since = f"not accounted before {one.accounted_from}" if one.accounted_from > 1 else "whole"
        numbers = (one.checkpoint, one.lag, one.parked, one.skipped)
        found = "; ".join(one.faults) or since
        table.add_row(one.service, one.subscriber, one.source, *map(str, numbers), found)
    console.print(table)
    for service in report.unanswered:
        console.print(f"{service} does not answer; what it hears and holds is not known.")
    if faulty := sum(bool(one.faults) for one in report.findings):
        console.print(f"{faulty} of {len(report.findings)} are not whole.")
    elif any(one.accounted_from > 1 for one in report.findings):
        console.print("Nothing was passed over since accounts are kept; before, nobody knows.")
    else:
        console.print("Nothing was passed over.")

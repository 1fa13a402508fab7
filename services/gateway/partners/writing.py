"""From events heard to lines of agencies' logs: waits, facts, entitlements, copies. Pure.

Law: an event is taken whole or not at all: when it cannot yet be said whom it concerns, it waits,
and the later ones under the same key wait behind it; when a fact makes it known, it is taken before
anything later of its source.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from services.gateway.partners import entitlements
from services.gateway.partners.audience import EVERYONE, RULES, Relations
from services.gateway.partners.disclosure import visible
from services.gateway.partners.entitlements import Told
from services.gateway.partners.facts import Facts, Key, fold, folded
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import Envelope, Published, Recorded, type_of
from shared.published import gateway
from shared.published.terms import AgencyId

CODEC = Codec([*RULES, *gateway.PUBLISHED])


class Heard(NamedTuple):
    """An event of a source, with the number the source counts it by."""

    source: str
    number: int
    recorded: Recorded

    @property
    def event(self) -> Published:
        event = self.recorded.event
        if not isinstance(event, Published):
            raise TypeError(f"{type(event).__name__} is not published")
        return event


class Line(NamedTuple):
    """One event as it goes into one agency's log, not yet numbered there."""

    agency: AgencyId
    source: str
    publication: int
    event_id: UUID
    type: str
    stream: str
    version: int
    partition_key: str
    body: bytes
    effective_on: date
    recorded_at: datetime
    traceparent: str


class Waits(NamedTuple):
    """An event of which it cannot yet be said whom it concerns, and for what it waits."""

    heard: Heard
    key: Key


class Writing:
    """One page's work. `agencies` have a log already, `waiting` are events set aside before.

    Afterwards `lines` are what to append in order, `opened` the agencies whose log begins before
    their first line, `public` what joins the public record, `released` is what
    no longer waits as it did, `set_aside` what waits now; the changed facts are in `facts`.
    """

    def __init__(
        self,
        facts: Facts,
        agencies: Collection[AgencyId],
        waiting: Mapping[Key, Iterable[Heard]] | None = None,
    ) -> None:
        self.facts = facts
        self.lines: list[Line] = []
        self.opened: list[AgencyId] = []
        self.public: list[Heard] = []
        self.set_aside: dict[tuple[str, int], Waits] = {}
        self.released: list[Heard] = []
        self._agencies = dict.fromkeys(agencies)
        self._waiting = {key: list(heard) for key, heard in (waiting or {}).items()}

    def take(self, heard: Heard) -> None:
        """Takes one event and everything that it makes known."""
        due = [heard]
        while due:
            following = heapq.heappop(due)
            if following is not heard:
                self.released.append(following)
                self.set_aside.pop((following.source, following.number), None)
            for known in self._take(following):
                for waiting in self._waiting.pop(known, ()):
                    heapq.heappush(due, waiting)

    def _take(self, heard: Heard) -> Iterable[Key]:
        """The facts that are known from now on."""
        event = heard.event
        key = RULES[type(event)].unless_known(event)
        if key is not None and key not in self.facts:
            self.set_aside[heard.source, heard.number] = Waits(heard, key)
            self._waiting.setdefault(key, []).append(heard)
            return ()
        keys = tuple(folded(event))
        new = [one for one in keys if one not in self.facts]
        before = entitlements.held(self.facts, keys)
        fold(self.facts, event)
        after = entitlements.held(self.facts, keys)
        effective_on = heard.recorded.effective_on
        self._tell(heard, entitlements.ended(before - after, effective_on))
        self._tell(heard, entitlements.granted(after - before, self.facts, effective_on, new))
        self._deliver(heard)
        return new

    def _tell(self, heard: Heard, told: Iterable[Told]) -> None:
        """What the gateway says itself has an id made of its cause, and so is said once."""
        for agency, about, event in told:
            type = type_of(event.__class__)
            self._append(
                _line(
                    heard,
                    agency,
                    event_id=uuid5(heard.recorded.envelope.event_id, f"{type} {about} {agency}"),
                    type=type,
                    stream=str(about),
                    version=0,
                    partition_key=about.id,
                    body=CODEC.encode(event),
                )
            )

    def _deliver(self, heard: Heard) -> None:
        event = heard.event
        concerned = RULES[type(event)].concerned(event, self.facts)
        copies: dict[Relations, bytes] = {}
        if everyone := concerned.get(EVERYONE):
            self.public.append(heard)
            concerned = dict.fromkeys(self._agencies, everyone)
        for agency, relations in concerned.items():
            if relations not in copies:
                copies[relations] = self._copy(heard, relations)
            envelope = heard.recorded.envelope
            self._append(
                _line(
                    heard,
                    agency,
                    event_id=envelope.event_id,
                    type=envelope.type,
                    stream=envelope.stream,
                    version=envelope.version,
                    partition_key=envelope.partition_key,
                    body=copies[relations],
                )
            )

    def _copy(self, heard: Heard, relations: Relations) -> bytes:
        """The stored bytes where nothing is left out."""
        shown = visible(heard.event, relations, self.facts)
        return heard.recorded.envelope.body if shown is heard.event else CODEC.encode(shown)

    def _append(self, line: Line) -> None:
        if line.agency not in self._agencies:
            self._agencies[line.agency] = None
            self.opened.append(line.agency)
            self.lines += public_lines(line.agency, self.public)
        self.lines.append(line)


def public_lines(agency: AgencyId, public: Iterable[Heard]) -> Iterable[Line]:
    """The public record as a log that begins now is given it."""
    for heard in public:
        envelope = heard.recorded.envelope
        shown = visible(heard.event, frozenset({"public"}), Facts())
        yield _line(
            heard,
            agency,
            event_id=envelope.event_id,
            type=envelope.type,
            stream=envelope.stream,
            version=envelope.version,
            partition_key=envelope.partition_key,
            body=envelope.body if shown is heard.event else CODEC.encode(shown),
        )


def _line(
    heard: Heard,
    agency: AgencyId,
    *,
    event_id: UUID,
    type: str,
    stream: str,
    version: int,
    partition_key: str,
    body: bytes,
) -> Line:
    envelope: Envelope = heard.recorded.envelope
    return Line(
        agency=agency,
        source=heard.source,
        publication=heard.number,
        event_id=event_id,
        type=type,
        stream=stream,
        version=version,
        partition_key=partition_key,
        body=body,
        effective_on=envelope.effective_on,
        recorded_at=envelope.recorded_at,
        traceparent=envelope.meta.traceparent,
    )

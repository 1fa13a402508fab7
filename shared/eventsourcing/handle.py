"""The one imperative sentence of the product: load, fold, decide, append at the expected version.

The same command gives the same answer however often it comes: the log knows the ids of those it
has taken, and is asked before one is refused or found to change nothing. A conflict is decided
again on what is there now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid5

import msgspec

from shared.eventsourcing.clock import Now, london_date
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.commands import Command, Refused
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Event, Meta, type_of
from shared.eventsourcing.folded import Folded, Loaded
from shared.eventsourcing.log import (
    Append,
    Appended,
    Log,
    NewEvent,
    Unchanged,
    VersionConflict,
    Write,
)

S = TypeVar("S")
ATTEMPTS = 8

AnyDecider = Decider[Any, Any, Any]


class KeyReused(Refused):
    """This Idempotency-Key was used before for a different request."""

    code = "idempotency-key-reused"


class Outdated(Refused):
    """What you read has changed since; read it again."""

    code = "version-outdated"


class Busy(Refused):
    """Too many others are changing this at the same moment; try again."""

    code = "busy"


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends a command and on what condition.

    `if_version` is the version they had read of the stream that the first step writes.
    """

    command_id: UUID
    meta: Meta = Meta()
    if_version: int | None = None


class Step(NamedTuple):
    """One stream's part in a command that several streams must answer together."""

    decider: AnyDecider
    subject: str
    command: Command
    partition_key: str = ""


class Handler:
    """Handles commands against one log."""

    def __init__(self, log: Log, codec: Codec, now: Now) -> None:
        self.log = log
        self.codec = codec
        self.now = now
        self._folded = Folded()

    async def load(self, decider: Decider[Any, S, Any], subject: str) -> Loaded[S]:
        """The stream as it stands now."""
        stream = decider.stream(subject)
        known: Loaded[S] = self._folded.of(stream) or Loaded(decider.initial, 0)
        envelopes = await self.log.read_stream(stream, known.version)
        events = (self.codec.decode(envelope.type, envelope.body) for envelope in envelopes)
        loaded = Loaded(decider.fold(events, known.state), known.version + len(envelopes))
        self._folded.keep(stream, loaded)
        return loaded

    async def handle(
        self, decider: AnyDecider, subject: str, command: Command, context: Context
    ) -> Appended:
        """Answers one command. Raises the stream's refusals, KeyReused, Outdated, Busy."""
        return await self.handle_together([Step(decider, subject, command)], context)

    async def handle_together(
        self,
        steps: Sequence[Step],
        context: Context,
        unchanged: Sequence[Unchanged] = (),
    ) -> Appended:
        """Answers for several streams, all or nothing; `unchanged` streams must not have moved.

        Refuses like `handle`. A stream appears in one step only.
        """
        for attempt in range(ATTEMPTS):
            try:
                writes = [
                    await self._decide(
                        step,
                        context,
                        context.if_version if n == 0 else None,
                        presume=attempt == 0 and not unchanged,
                    )
                    for n, step in enumerate(steps)
                ]
            except Refused:
                if (known := await self.answered(context)) is None:
                    raise
                return known
            writes = [write for write in writes if write.events]
            if not writes:
                if (known := await self.answered(context)) is not None:
                    return known
                head = await self.log.head()
                return Appended(position=head.position, publication=head.publication, versions={})
            append = Append(
                command_id=context.command_id,
                writes=tuple(writes),
                unchanged=tuple(unchanged),
                meta=context.meta,
                now=self.now(),
            )
            try:
                return _the_same(await self.log.append(append), context)
            except VersionConflict as conflict:
                self._folded.forget(append.streams)
                if unchanged:
                    raise Outdated from conflict
        raise Busy

    async def answered(self, context: Context) -> Appended | None:
        """What this very command was answered before, if it was. Raises KeyReused."""
        known = await self.log.find(context.command_id)
        return None if known is None else _the_same(known, context)

    async def _decide(
        self, step: Step, context: Context, if_version: int | None, *, presume: bool
    ) -> Write:
        stream = step.decider.stream(step.subject)
        unread = presume and if_version is None and self._folded.of(stream) is None
        if unread and (events := _if_new(step)):
            return self._write(step, stream, 0, events, context)
        state, version = await self.load(step.decider, step.subject)
        if if_version is not None and if_version != version:
            raise Outdated
        events = step.decider.decide(step.command, state)
        return self._write(step, stream, version, events, context)

    def _write(
        self, step: Step, stream: str, version: int, events: Sequence[Event], context: Context
    ) -> Write:
        return Write(
            stream,
            version,
            tuple(
                self._new(event, uuid5(context.command_id, f"{stream}#{version + n}"))
                for n, event in enumerate(events, 1)
            ),
            step.partition_key or step.subject,
        )

    def _new(self, event: Event, event_id: UUID) -> NewEvent:
        return NewEvent(
            type=type_of(type(event)),
            event_id=event_id,
            body=self.codec.encode(event),
            published=event.published,
            effective_on=getattr(event, "effective_on", None) or london_date(self.now()),
        )


def _if_new(step: Step) -> Sequence[Event]:
    """What begins a stream that does not exist yet, if this command can: most that can, do, and
    need not read first. The log says where one exists.
    """
    try:
        return step.decider.decide(step.command, step.decider.initial)
    except Refused:
        return ()


def _the_same(answer: Appended, context: Context) -> Appended:
    if answer.request_hash != context.meta.request_hash:
        raise KeyReused
    return answer

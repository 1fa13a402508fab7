"""Events to bytes and back: the one decode point, where old versions become the current one.

Every chain of upcasters is checked when the codec is made, so a gap is found at start-up and never
in the middle of a replay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from shared.eventsourcing.events import Envelope, Event, Recorded, type_of

Body = dict[str, Any]


class Upcaster(NamedTuple):
    """A pure step from the body of one event version to the next: `x.v1` to `x.v2`."""

    type: str
    up: Callable[[Body], Body]


class BrokenCodec(Exception):
    """The event classes and upcasters given do not make one unbroken history."""


class NewerVersion(Exception):
    """An event of a known name has a version this code has not learnt; its reader must stop."""


class Undecodable(Exception):
    """The stored bytes do not fit the event class of their type."""


def split(type: str) -> tuple[str, int]:
    """The name and version of an event type: `a.b.v2` is (`a.b`, 2)."""
    name, separator, version = type.rpartition(".v")
    if not separator or not version.isdecimal():
        raise BrokenCodec(f"{type!r} does not end in a version such as .v1")
    return name, int(version)


def following(type: str) -> str:
    name, version = split(type)
    return f"{name}.v{version + 1}"


class Codec:
    """Encodes the given event classes and decodes every version of them ever shipped."""

    def __init__(self, events: Iterable[type[Event]], upcasters: Iterable[Upcaster] = ()) -> None:
        self._classes = {type_of(event): event for event in events}
        self._current = {split(type)[0]: split(type)[1] for type in self._classes}
        if len(self._current) != len(self._classes):
            raise BrokenCodec("two event classes share one name")
        self._up = {upcaster.type: upcaster.up for upcaster in upcasters}
        self._check()
        self._decoders = {
            type: msgspec.json.Decoder(event) for type, event in self._classes.items()
        }
        self._encoder = msgspec.json.Encoder()

    def _check(self) -> None:
        for name, version in self._current.items():
            for earlier in range(1, version):
                if f"{name}.v{earlier}" not in self._up:
                    raise BrokenCodec(f"{name}.v{earlier} cannot become v{earlier + 1}")
        for type in self._up:
            name, version = split(type)
            if version >= self._current.get(name, 0):
                raise BrokenCodec(f"the upcaster from {type} leads to no event class")

    def knows(self, type: str) -> bool:
        """Whether this type is decoded here. Raises NewerVersion for a later one of its name."""
        if type in self._classes:
            return True
        name, version = split(type)
        current = self._current.get(name)
        if current is not None and version > current:
            raise NewerVersion(f"{type}: this code knows version {current}")
        return current is not None

    def encode(self, event: Event) -> bytes:
        return self._encoder.encode(event)

    def decode(self, type: str, body: bytes) -> Event:
        """The event of a stored body. Raises NewerVersion, Undecodable."""
        if not self.knows(type):
            raise Undecodable(f"{type} is not decoded here")
        try:
            decoder = self._decoders.get(type)
            return decoder.decode(body) if decoder else self._upcast(type, body)
        except msgspec.MsgspecError as error:
            raise Undecodable(f"{type}: {error}") from error

    def _upcast(self, type: str, body: bytes) -> Event:
        content: Body = msgspec.json.decode(body)
        while type not in self._classes:
            content = self._up[type](content)
            type = following(type)
            content["type"] = type
        return msgspec.convert(content, self._classes[type])

    def open(self, envelope: Envelope) -> Recorded:
        """The envelope with its event decoded. Raises NewerVersion, Undecodable."""
        return Recorded(self.decode(envelope.type, envelope.body), envelope)

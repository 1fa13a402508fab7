"""Events to bytes and back: the one decode point, where old versions become the current one.

Every chain of earlier versions is checked when the codec is made, so a gap is found at start-up and
never in the middle of a replay.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.eventsourcing.events import Body, Envelope, Event, Recorded, type_of


class BrokenCodec(Exception):
    """The event classes given do not make one unbroken history."""


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


class Codec:
    """Encodes the given event classes and decodes every version of them ever shipped."""

    def __init__(self, events: Iterable[type[Event]]) -> None:
        self._classes = {type_of(event): event for event in events}
        versions = [split(type) for type in self._classes]
        self._current = {name: f"{name}.v{version}" for name, version in versions}
        if len(self._current) != len(self._classes):
            raise BrokenCodec("two event classes share one name")
        for (name, version), event in zip(versions, self._classes.values(), strict=True):
            if len(event.earlier) != version - 1:
                raise BrokenCodec(
                    f"{name}.v{version} keeps {len(event.earlier)} steps from earlier versions;"
                    f" it needs {version - 1}"
                )
        self._decoders = {
            type: msgspec.json.Decoder(event) for type, event in self._classes.items()
        }
        self._heard = dict.fromkeys(self._classes, True)
        self._encoder = msgspec.json.Encoder()

    def knows(self, type: str) -> bool:
        """Whether this type is decoded here. Raises NewerVersion for a later one of its name."""
        heard = self._heard.get(type)
        if heard is None:
            heard = self._heard[type] = self._learns(type)
        return heard

    def _learns(self, type: str) -> bool:
        name, version = split(type)
        current = self._current.get(name)
        if current is not None and version > split(current)[1]:
            raise NewerVersion(f"{type}: this code knows {current}")
        return current is not None

    def encode(self, event: Event) -> bytes:
        return self._encoder.encode(event)

    def decode(self, type: str, body: bytes) -> Event:
        """The event of a stored body. Raises NewerVersion, Undecodable."""
        decoder = self._decoders.get(type)
        try:
            if decoder is not None:
                return decoder.decode(body)
            if self.knows(type):
                return self._upcast(type, body)
        except msgspec.MsgspecError as error:
            raise Undecodable(f"{type}: {error}") from error
        raise Undecodable(f"{type} is not decoded here")

    def _upcast(self, type: str, body: bytes) -> Event:
        name, version = split(type)
        current = self._current[name]
        content: Body = msgspec.json.decode(body)
        for step in self._classes[current].earlier[version - 1 :]:
            content = step(content)
        return msgspec.convert(content | {"type": current}, self._classes[current])

    def open(self, envelope: Envelope) -> Recorded:
        """The envelope with its event decoded. Raises NewerVersion, Undecodable."""
        return Recorded(self.decode(envelope.type, envelope.body), envelope)

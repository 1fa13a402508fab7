"""Given events, when a command, then events or a refusal: the rules of a stream as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from shared.eventsourcing.commands import Command, Refused
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Event


class Scenario:
    """One stream's past; nothing has been asked of it yet."""

    def __init__(self, decider: Decider[Any, Any, Any], *events: Event) -> None:
        self._decider = decider
        self._events = events

    def given(self, *events: Event) -> Scenario:
        """The same past with more behind it."""
        return Scenario(self._decider, *self._events, *events)

    def when(self, command: Command) -> Outcome:
        return Outcome(self._decider, self._events, command)

    def when_done(self, *commands: Command) -> Scenario:
        """A past that came about by commands, each of which must succeed."""
        past = self
        for command in commands:
            past = past.given(*Outcome(self._decider, past._events, command).events())
        return past

    @property
    def state(self) -> Any:
        return self._decider.fold(self._events)


class Outcome:
    """What a command led to."""

    def __init__(
        self, decider: Decider[Any, Any, Any], events: Sequence[Event], command: Command
    ) -> None:
        self._decider = decider
        self._past = events
        self._command = command

    def events(self) -> list[Event]:
        state = self._decider.fold(self._past)
        return list(self._decider.decide(self._command, state))

    def then(self, *expected: Event) -> None:
        """Exactly these events follow."""
        assert self.events() == list(expected)

    def then_nothing(self) -> None:
        assert self.events() == []

    def then_refused(self, refusal: type[Refused], pointer: str = "") -> None:
        """Exactly this refusal is raised, not one of its kin."""
        with pytest.raises(refusal) as caught:
            self.events()
        assert caught.type is refusal
        assert caught.value.pointer == pointer

"""The one source of time, and the clock of a sandbox that can be put to another day.

Nothing in the product asks the machine for the time but through a `Now`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]

LONDON = ZoneInfo("Europe/London")


def system_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def london_date(at: datetime) -> date:
    """The calendar day in England at an instant."""
    return at.astimezone(LONDON).date()


class ClockMovesForward(ValueError):
    """A clock was asked to go back."""


class SandboxClock:
    """Real time until it is set; from then on the instant set, and running on from there."""

    def __init__(self) -> None:
        self._set_to: datetime | None = None
        self._since = 0.0

    def __call__(self) -> datetime:
        if self._set_to is None:
            return system_now()
        return self._set_to + timedelta(seconds=time.monotonic() - self._since)

    def set(self, to: datetime) -> None:
        """Puts the clock to an aware instant. Raises ClockMovesForward if it was ever later."""
        if self._set_to is not None and to < self():
            raise ClockMovesForward(f"the clock already shows {self():%Y-%m-%d %H:%M}")
        self._set_to = to
        self._since = time.monotonic()

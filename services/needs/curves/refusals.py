"""Why something may not be done about an outcome's curve; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class AimInPast(Refused):
    """An aim is for a period after the newest figure; name a later one."""

    code = "aim-in-past"

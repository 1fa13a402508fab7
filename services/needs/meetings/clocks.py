"""The days for calling a decision in: when they are over, the partner's authority follows.

Law: called in, a decision waits for its outcome and not for a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.needs.meetings.commands import ConfirmAuthority
from services.needs.meetings.decider import MEETING
from services.needs.meetings.events import AuthorityDecided, DecisionCalledIn
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.values.working_days import end_of_day_london


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    match recorded.event:
        case AuthorityDecided() as event:
            over = end_of_day_london(event.call_in_until) + timedelta(seconds=1)
            return {f"{event.decision} {event.agency}": over}
        case DecisionCalledIn() as event:
            return {f"{event.decision} {event.agency}": None}
        case _:
            return {}


def timely(name: str, now: datetime) -> ConfirmAuthority:
    decision, _, agency = name.partition(" ")
    return ConfirmAuthority(decision=decision, agency=agency, now=now)


MEETING_DEADLINES = Timed(decider=MEETING, due=due, command=timely)

"""What monitoring publishes of a case beside its great steps: clocks, meetings, notes, ways down.

They are among monitoring's published events, and named there.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.terms import ContractId, MeasureId, PersonId, TextRef

CaseClock = Literal[
    "explanation", "decision", "meeting", "plan", "exception-report", "formal-review"
]
"""What a case waits for, and for so many working days."""


class CaseClockStarted(
    Published, frozen=True, kw_only=True, tag="monitoring.case-clock-started.v1"
):
    """The next step is due under a clause; a clock that ran before is over with its step."""

    flag: str
    contract: ContractId
    clock: CaseClock
    clause: str
    due_on: date


class CaseClockPaused(Published, frozen=True, kw_only=True, tag="monitoring.case-clock-paused.v1"):
    """The clock does not run until it is resumed; the days left stay as they are."""

    flag: str
    contract: ContractId
    clock: CaseClock
    reason: TextRef
    paused_by: PersonId
    paused_on: date


class CaseClockResumed(
    Published, frozen=True, kw_only=True, tag="monitoring.case-clock-resumed.v1"
):
    """The clock runs again; `due_on` has moved by the working days it stood still."""

    flag: str
    contract: ContractId
    clock: CaseClock
    due_on: date
    working_days_paused: int
    resumed_by: PersonId
    resumed_on: date


class CaseClockMissed(Published, frozen=True, kw_only=True, tag="monitoring.case-clock-missed.v1"):
    """The day went by and what was due had not come."""

    flag: str
    contract: ContractId
    clock: CaseClock
    due_on: date


class CaseMeetingHeld(Published, frozen=True, kw_only=True, tag="monitoring.case-meeting-held.v1"):
    """Both sides met about an upheld case."""

    flag: str
    contract: ContractId
    held_on: date
    minutes: TextRef
    recorded_by: PersonId


class NoteMade(Published, frozen=True, kw_only=True, tag="monitoring.note-made.v1"):
    """An informal word about a measure; it opens no case and starts no clock."""

    note: str
    contract: ContractId
    measure: MeasureId
    text: TextRef
    made_by: PersonId
    made_on: date


class FlagSteppedDown(Published, frozen=True, kw_only=True, tag="monitoring.flag-stepped-down.v1"):
    """The way back down: to the exception report, or from there to the plan."""

    flag: str
    contract: ContractId
    to: Literal["plan", "exception-report"]
    reason: TextRef
    stepped_down_by: PersonId

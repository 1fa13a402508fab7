"""What has become of a return, and how facts move it on.

Law: the status is computed from the facts; nothing and nobody sets it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from services.monitoring.returns.events import (
    ActionCompleted,
    DraftSaved,
    EvidenceAttached,
    EvidenceRemoved,
    FiguresExplained,
    RestatementConsented,
    ReturnEvent,
    ReturnOpened,
    ReturnPrepared,
)
from services.monitoring.returns.offers import Explained, Figures, Offer
from shared.published.monitoring import (
    Action,
    Evidence,
    ExtensionGranted,
    QueryAnswered,
    QueryRaised,
    ReturnAccepted,
    ReturnCancelled,
    ReturnOverdue,
    ReturnRejected,
    ReturnReminded,
    ReturnRescheduled,
    ReturnRestated,
    ReturnScheduled,
    ReturnSubmitted,
    ReviewMeetingHeld,
    Risk,
)
from shared.published.terms import (
    BrokenDown,
    BudgetLine,
    MeasureId,
    PersonId,
    Reading,
    TextRef,
)

Status = Literal[
    "scheduled", "open", "draft", "submitted", "rejected", "queried", "answered", "accepted",
    "restated", "cancelled",
]  # fmt: skip


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a return."""


class Unscheduled(State, frozen=True, kw_only=True):
    """Nobody has asked for this return."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One set of figures, as it came."""

    version: int
    readings: tuple[Reading, ...]
    breakdowns: tuple[BrokenDown, ...] = ()
    budget: tuple[BudgetLine, ...] = ()
    complaints: int = 0
    compliments: int = 0
    story: TextRef | None = None
    nil: bool = False
    receipt: str = ""
    came_at: datetime
    signed_by: PersonId
    prepared_by: PersonId = ""
    declaration: TextRef | None = None
    content: TextRef | None = None
    evidence: tuple[Evidence, ...] = ()
    risks: tuple[Risk, ...] = ()
    incidents: tuple[str, ...] = ()
    late: bool = False
    rejected: TextRef | None = None
    reason: TextRef | None = None

    @property
    def restated(self) -> bool:
        return self.reason is not None

    @property
    def figures(self) -> Figures:
        return Figures(readings=self.readings, breakdowns=self.breakdowns, budget=self.budget)


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that wait for a signature; `after` is how many versions had come before them."""

    offer: Offer
    content: TextRef
    reason: TextRef | None = None
    prepared_by: PersonId
    prepared_at: datetime
    after: int

    @property
    def receipt(self) -> str:
        return self.content.digest


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What the commissioner asked about the latest figures, and the answer."""

    measure: MeasureId = ""
    text: TextRef
    answer: TextRef | None = None
    due_on: date | None = None
    clause: str = ""


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """An action of a review meeting, and when it was done."""

    action: Action
    completed_on: date | None = None


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    held_on: date
    minutes: TextRef


class Standing(State, frozen=True, kw_only=True):
    """A return that is owed, with everything known of it."""

    scheduled: ReturnScheduled
    due_at: datetime
    opened: bool = False
    overdue: bool = False
    extended: bool = False
    reminded: tuple[int, ...] = ()
    draft: TextRef | None = None
    makers: tuple[PersonId, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    preparations: tuple[Prepared, ...] = ()
    versions: tuple[Version, ...] = ()
    queries: dict[str, Query] = {}
    counts_as_accepted_at: datetime | None = None
    accepted: int = 0
    accepted_measures: tuple[MeasureId, ...] = ()
    accepted_at: datetime | None = None
    accepted_by: PersonId = ""
    deemed: bool = False
    consented: bool = False
    explained: tuple[Explained, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    actions: dict[str, Agreed] = {}

    @property
    def latest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    @property
    def prepared(self) -> Prepared | None:
        """What waits for a signature: prepared last, with no version signed since."""
        last = self.preparations[-1] if self.preparations else None
        return last if last and last.after == len(self.versions) else None

    @property
    def cited(self) -> frozenset[UUID]:
        """The files that came with figures, and so can be taken back no more."""
        return frozenset(one.file.text for version in self.versions for one in version.evidence)

    @property
    def status(self) -> Status:
        latest = self.latest
        if self.accepted:
            return "restated" if latest and latest.restated else "accepted"
        if latest is not None:
            return "rejected" if latest.rejected else self._judged()
        if self.draft is not None or self.prepared is not None:
            return "draft"
        return "open" if self.opened else "scheduled"

    def _judged(self) -> Status:
        if not self.queries:
            return "submitted"
        return "queried" if self.open_queries else "answered"

    @property
    def open_queries(self) -> tuple[str, ...]:
        return tuple(key for key, query in self.queries.items() if query.answer is None)

    @property
    def answer_due_on(self) -> date | None:
        """The first day by which an open query is to be answered."""
        days = (self.queries[key].due_on for key in self.open_queries)
        return min((day for day in days if day is not None), default=None)

    @property
    def submitted(self) -> bool:
        """Whether figures are in and wait to be judged, or stand."""
        return self.latest is not None and self.latest.rejected is None

    @property
    def restatements(self) -> int:
        return sum(version.restated for version in self.versions)


class Cancelled(State, frozen=True, kw_only=True):
    """No longer owed."""


Return = Unscheduled | Standing | Cancelled


def evolve(state: Return, event: ReturnEvent) -> Return:
    """The return after one more fact."""
    match state:
        case Unscheduled():
            if isinstance(event, ReturnScheduled):
                return Standing(scheduled=event, due_at=event.due_at)
            return state
        case Standing():
            return _standing(state, event)
        case Cancelled():
            return state


def _standing(state: Standing, event: ReturnEvent) -> Return:
    match event:
        case ReturnScheduled():
            return state
        case ReturnOpened():
            return replace(state, opened=True)
        case ReturnRescheduled():
            return replace(state, due_at=event.due_at, reminded=())
        case ReturnReminded():
            return replace(state, reminded=(*state.reminded, event.working_days))
        case DraftSaved():
            return replace(state, draft=event.draft, makers=_with_maker(state, event.saved_by))
        case EvidenceAttached():
            return replace(state, evidence=(*state.evidence, event.evidence))
        case EvidenceRemoved():
            left = tuple(one for one in state.evidence if one.file.text != event.file)
            return replace(state, evidence=left)
        case ReturnPrepared():
            return _prepared(state, event)
        case ReturnSubmitted() | ReturnRestated():
            return _with_version(state, event)
        case FiguresExplained():
            return replace(state, explained=event.explanations)
        case ReturnRejected():
            return _rejected(state, event)
        case QueryRaised():
            query = Query(
                measure=event.measure, text=event.text, due_on=event.due_on, clause=event.clause
            )
            queries = {**state.queries, event.query: query}
            return replace(state, queries=queries, counts_as_accepted_at=None)
        case QueryAnswered():
            return _answered(state, event)
        case ReturnAccepted() if event.measures:
            return replace(state, accepted_measures=event.measures)
        case ReturnAccepted():
            return replace(
                state,
                accepted=event.version,
                accepted_measures=(),
                accepted_at=event.accepted_at,
                accepted_by=event.accepted_by,
                deemed=event.deemed,
                counts_as_accepted_at=None,
            )
        case RestatementConsented():
            return replace(state, consented=True)
        case ReturnOverdue():
            return replace(state, overdue=True)
        case ExtensionGranted():
            return replace(state, due_at=event.due_at, overdue=False, extended=True, reminded=())
        case ReviewMeetingHeld():
            return _met(state, event)
        case ActionCompleted():
            done = replace(state.actions[event.action], completed_on=event.completed_on)
            return replace(state, actions={**state.actions, event.action: done})
        case ReturnCancelled():
            return Cancelled()


def _with_maker(state: Standing, person: PersonId) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys([*state.makers, person]))


def _prepared(state: Standing, event: ReturnPrepared) -> Standing:
    prepared = Prepared(
        offer=event.offer,
        content=event.content,
        reason=event.reason,
        prepared_by=event.prepared_by,
        prepared_at=event.prepared_at,
        after=len(state.versions),
    )
    return replace(
        state,
        preparations=(*state.preparations, prepared),
        makers=_with_maker(state, event.prepared_by),
        draft=None,
    )


def _with_version(state: Standing, event: ReturnSubmitted | ReturnRestated) -> Standing:
    restated = isinstance(event, ReturnRestated)
    version = Version(
        version=event.version,
        readings=event.readings,
        breakdowns=event.breakdowns,
        budget=event.budget,
        complaints=event.complaints,
        compliments=event.compliments,
        story=None if restated else event.story,
        nil=not restated and event.nil,
        receipt=event.receipt,
        came_at=event.restated_at if restated else event.submitted_at,
        signed_by=event.restated_by if restated else event.submitted_by,
        prepared_by=event.prepared_by,
        declaration=event.declaration,
        content=event.content,
        evidence=event.evidence,
        risks=event.risks,
        incidents=event.incidents,
        late=not restated and event.late,
        reason=event.reason if restated else None,
    )
    state = replace(state, versions=(*state.versions, version), explained=(), draft=None, makers=())
    if restated:
        return replace(state, accepted=event.version, consented=False)
    # Queries were about the figures before; what was asked stays in the log.
    return replace(
        state, queries={}, overdue=False, counts_as_accepted_at=event.counts_as_accepted_at
    )


def _rejected(state: Standing, event: ReturnRejected) -> Standing:
    versions = tuple(
        replace(version, rejected=event.reason) if version.version == event.version else version
        for version in state.versions
    )
    return replace(state, versions=versions, counts_as_accepted_at=None)


def _answered(state: Standing, event: QueryAnswered) -> Standing:
    answered = replace(state.queries[event.query], answer=event.text)
    queries = {**state.queries, event.query: answered}
    return replace(state, queries=queries, counts_as_accepted_at=event.counts_as_accepted_at)


def _met(state: Standing, event: ReviewMeetingHeld) -> Standing:
    meeting = Meeting(held_on=event.held_on, minutes=event.minutes)
    agreed = {action.action: Agreed(action=action) for action in event.actions}
    return replace(state, meetings=(*state.meetings, meeting), actions={**state.actions, **agreed})

"""The facts of one agency's register of training in one partnership."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PartnershipId, PersonId

Level = Literal[1, 2, 3, 4]
Subject = Literal[
    "awareness", "framework", "assess", "plan", "do", "review",
    "finance", "human-resources", "legal", "contracting", "market", "workforce",
]  # fmt: skip


class TrainingRecorded(Event, frozen=True, kw_only=True, tag="needs.training-recorded.v1"):
    """`person` is the code they sign in under, never a name."""

    training: str
    partnership: PartnershipId
    agency: AgencyId
    person: PersonId
    level: Level
    subject: Subject
    trained_on: date
    recorded_by: PersonId


class TrainingWithdrawn(Event, frozen=True, kw_only=True, tag="needs.training-withdrawn.v1"):
    """It was recorded by mistake."""

    training: str
    withdrawn_by: PersonId


TrainingEvent = TrainingRecorded | TrainingWithdrawn

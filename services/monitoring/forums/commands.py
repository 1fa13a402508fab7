"""What may be asked of a provider forum; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import AgencyId, PartnershipId, PersonId, TextRef


class InstructForum(Command, frozen=True, kw_only=True):
    instruction: str
    text: TextRef
    meeting: str
    given_by: PersonId
    now: datetime


class RaiseIssue(Command, frozen=True, kw_only=True):
    issue: str
    text: TextRef
    provider: AgencyId
    raised_by: PersonId
    now: datetime


class AnswerIssue(Command, frozen=True, kw_only=True):
    issue: str
    text: TextRef
    answered_by: PersonId
    now: datetime


class ReportToBoard(Command, frozen=True, kw_only=True):
    """`instruction` where the report answers one; empty for what the forum says by itself."""

    report: str
    partnership: PartnershipId
    instruction: str
    text: TextRef
    reported_by: PersonId
    now: datetime


ForumCommand = InstructForum | RaiseIssue | AnswerIssue | ReportToBoard

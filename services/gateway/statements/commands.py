"""What may be asked of a partner's statement."""

from __future__ import annotations

from datetime import datetime

from services.gateway.statements.content import Statement
from shared.eventsourcing.commands import Command
from shared.published.terms import PersonId, TextRef


class IssueStatement(Command, frozen=True, kw_only=True):
    statement: Statement
    issued_by: PersonId
    now: datetime


class AgreeLines(Command, frozen=True, kw_only=True):
    """`lines` empty: every line that has no answer yet."""

    lines: tuple[int, ...] = ()
    agreed_by: PersonId
    now: datetime


class DisputeLine(Command, frozen=True, kw_only=True):
    line: int
    reason: TextRef
    disputed_by: PersonId
    now: datetime


class SignStatement(Command, frozen=True, kw_only=True):
    """`digest` is of the statement that the person has read."""

    digest: str
    signed_by: PersonId
    now: datetime


StatementCommand = IssueStatement | AgreeLines | DisputeLine | SignStatement

"""The facts of a partner's statement, one stream for each fund, quarter and partner.

Law: what was issued lies in the event itself, so no later posting and no later code can change it.
"""

from __future__ import annotations

from datetime import datetime

from services.gateway.statements.content import Statement
from shared.eventsourcing.events import Event
from shared.published.terms import PersonId, TextRef


class StatementIssued(Event, frozen=True, kw_only=True, tag="gateway.statement-issued.v1"):
    """A statement to answer; one issued anew takes the place of the one before, unanswered.

    `digest` is the SHA-256 of the statement's canonical JSON.
    """

    statement: Statement
    digest: str
    known_at: datetime
    issued_by: PersonId


class LinesAgreed(Event, frozen=True, kw_only=True, tag="gateway.statement-lines-agreed.v1"):
    """The partner agrees with these lines, by their numbers."""

    lines: tuple[int, ...]
    agreed_by: PersonId


class LineDisputed(Event, frozen=True, kw_only=True, tag="gateway.statement-line-disputed.v1"):
    """The partner disputes a line and says why."""

    line: int
    reason: TextRef
    disputed_by: PersonId


class StatementSigned(Event, frozen=True, kw_only=True, tag="gateway.statement-signed.v1"):
    """One person of the partner signs the statement of this digest with the answers as they are."""

    digest: str
    signed_by: PersonId
    signed_at: datetime


StatementEvent = StatementIssued | LinesAgreed | LineDisputed | StatementSigned

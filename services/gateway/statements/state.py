"""How far a partner's statement has come. Pure.

Law: a changed answer undoes the signatures given before it; a reason is kept with its line only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from services.gateway.statements.content import Statement
from services.gateway.statements.events import (
    LineDisputed,
    LinesAgreed,
    StatementEvent,
    StatementIssued,
    StatementSigned,
)
from shared.published.terms import PersonId, TextRef

SIGNATURES = 2


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the partner says of one line."""

    line: int
    answer: Literal["agreed", "disputed"]
    by: PersonId
    reason: TextRef | None = None


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    by: PersonId
    at: datetime


class Unissued(msgspec.Struct, frozen=True, kw_only=True, tag="unissued"):
    """Nothing was issued yet."""


class Issued(msgspec.Struct, frozen=True, kw_only=True, tag="issued"):
    """A statement and what its partner has answered so far."""

    statement: Statement
    digest: str
    known_at: datetime
    issued_by: PersonId
    answers: dict[int, Answer] = {}
    signatures: tuple[Signature, ...] = ()

    @property
    def signed(self) -> bool:
        return len(self.signatures) >= SIGNATURES

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(
            line.number for line in self.statement.lines if line.number not in self.answers
        )


PartnerStatement = Unissued | Issued


def evolve(state: PartnerStatement, event: StatementEvent) -> PartnerStatement:
    """The statement after one more fact."""
    match event:
        case StatementIssued():
            return Issued(
                statement=event.statement,
                digest=event.digest,
                known_at=event.known_at,
                issued_by=event.issued_by,
            )
        case LinesAgreed() if isinstance(state, Issued):
            found = [Answer(line=n, answer="agreed", by=event.agreed_by) for n in event.lines]
            return _answered(state, *found)
        case LineDisputed() if isinstance(state, Issued):
            return _answered(
                state,
                Answer(
                    line=event.line, answer="disputed", by=event.disputed_by, reason=event.reason
                ),
            )
        case StatementSigned() if isinstance(state, Issued):
            signature = Signature(by=event.signed_by, at=event.signed_at)
            return replace(state, signatures=(*state.signatures, signature))
        case LinesAgreed() | LineDisputed() | StatementSigned():
            raise TypeError(f"{type(event).__name__} of a statement that was never issued")


def _answered(state: Issued, *found: Answer) -> Issued:
    answers = state.answers | {one.line: one for one in found}
    return replace(state, answers=answers, signatures=())

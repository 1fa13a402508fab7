"""The rules of a partner's statement: issued, answered line by line, signed by two. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import get_args

import msgspec

from services.gateway.statements.commands import (
    AgreeLines,
    DisputeLine,
    IssueStatement,
    SignStatement,
    StatementCommand,
)
from services.gateway.statements.content import Statement
from services.gateway.statements.events import (
    LineDisputed,
    LinesAgreed,
    StatementEvent,
    StatementIssued,
    StatementSigned,
)
from services.gateway.statements.refusals import (
    AlreadySigned,
    LinesUnanswered,
    QuarterNotOver,
    SignedByYou,
    StatementMoved,
    UnknownLine,
)
from services.gateway.statements.state import Issued, PartnerStatement, Unissued, evolve
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.terms import AgencyId, FundId, Period


def subject(fund: FundId, period: Period, partner: AgencyId) -> str:
    """The id of a statement's stream."""
    return f"{fund}|{period}|{partner}"


def digest(statement: Statement) -> str:
    """SHA-256 of the canonical JSON: fields in alphabetical order, nothing between them."""
    return sha256(msgspec.json.encode(statement, order="sorted")).hexdigest()


def decide(command: StatementCommand, state: PartnerStatement) -> Sequence[StatementEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case IssueStatement():
            return _issue(command, state)
        case AgreeLines():
            return _agree(command, _open(state))
        case DisputeLine():
            return [_dispute(command, _open(state))]
        case SignStatement():
            return [_sign(command, _open(state))]


def _open(state: PartnerStatement) -> Issued:
    """Refuses: Missing, AlreadySigned."""
    if not isinstance(state, Issued):
        raise Missing
    if state.signed:
        raise AlreadySigned
    return state


def _issue(command: IssueStatement, state: PartnerStatement) -> list[StatementEvent]:
    """Refuses: QuarterNotOver, AlreadySigned. The same statement is not issued twice."""
    if london_date(command.now) <= command.statement.as_of:
        raise QuarterNotOver
    sum_of_it = digest(command.statement)
    match state:
        case Issued() if state.digest == sum_of_it:
            return []
        case Issued() if state.signed:
            raise AlreadySigned
        case Issued() | Unissued():
            return [
                StatementIssued(
                    statement=command.statement,
                    digest=sum_of_it,
                    known_at=command.now,
                    issued_by=command.issued_by,
                )
            ]


def _known(state: Issued, lines: Sequence[int], pointer: str) -> None:
    if not {line.number for line in state.statement.lines}.issuperset(lines):
        raise UnknownLine(pointer=pointer)


def _agree(command: AgreeLines, state: Issued) -> list[StatementEvent]:
    """Refuses: UnknownLine."""
    _known(state, command.lines, "/body/lines")
    wanted = sorted(set(command.lines)) or state.unanswered
    new = tuple(
        number
        for number in wanted
        if number not in state.answers or state.answers[number].answer != "agreed"
    )
    return [LinesAgreed(lines=new, agreed_by=command.agreed_by)] if new else []


def _dispute(command: DisputeLine, state: Issued) -> LineDisputed:
    """Refuses: UnknownLine."""
    _known(state, [command.line], "/body/line")
    return LineDisputed(line=command.line, reason=command.reason, disputed_by=command.disputed_by)


def _sign(command: SignStatement, state: Issued) -> StatementSigned:
    """Refuses: StatementMoved, LinesUnanswered, SignedByYou."""
    if command.digest != state.digest:
        raise StatementMoved(pointer="/body/digest")
    if state.unanswered:
        raise LinesUnanswered
    if command.signed_by in {signature.by for signature in state.signatures}:
        raise SignedByYou
    return StatementSigned(
        digest=command.digest, signed_by=command.signed_by, signed_at=command.now
    )


STATEMENTS: Decider[StatementCommand, PartnerStatement, StatementEvent] = Decider(
    category="statement",
    initial=Unissued(),
    decide=decide,
    evolve=evolve,
    events=get_args(StatementEvent),
)

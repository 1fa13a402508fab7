"""A statement is issued after its quarter, answered line by line and signed by two people."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from msgspec.structs import replace

from services.gateway.statements.commands import (
    AgreeLines,
    DisputeLine,
    IssueStatement,
    SignStatement,
)
from services.gateway.statements.decider import STATEMENTS, digest
from services.gateway.statements.events import (
    LineDisputed,
    LinesAgreed,
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
from shared.eventsourcing.commands import Missing
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.gateway.statements.test_content import alders, small_year

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)
STATEMENT = alders(small_year())
COUNT = len(STATEMENT.lines)
DIGEST = digest(STATEMENT)
REASON = TextRef(text=UUID(int=5), digest="d")
issue = IssueStatement(statement=STATEMENT, issued_by="p-host", now=NOW)
issued = StatementIssued(statement=STATEMENT, digest=DIGEST, known_at=NOW, issued_by="p-host")
agree_rest = AgreeLines(agreed_by="p-1", now=NOW)
dispute = DisputeLine(line=5, reason=REASON, disputed_by="p-1", now=NOW)
all_agreed = LinesAgreed(lines=tuple(range(1, COUNT + 1)), agreed_by="p-1")
statement = Scenario(STATEMENTS)
open_statement = statement.given(issued)
answered = open_statement.given(all_agreed)


def sign(person: str, of: str = DIGEST) -> SignStatement:
    return SignStatement(digest=of, signed_by=person, now=NOW)


def signed(person: str) -> StatementSigned:
    return StatementSigned(digest=DIGEST, signed_by=person, signed_at=NOW)


def test_a_statement_is_issued_with_its_sum_and_what_was_known() -> None:
    statement.when(issue).then(issued)


def test_no_statement_before_its_quarter_is_over() -> None:
    last = datetime(2025, 9, 30, 20, tzinfo=UTC)
    statement.when(replace(issue, now=last)).then_refused(QuarterNotOver)
    in_london = datetime(2025, 9, 30, 23, 30, tzinfo=UTC)  # half past midnight there
    assert statement.when(replace(issue, now=in_london)).events()


def test_the_same_statement_is_issued_once() -> None:
    open_statement.when(issue).then_nothing()


def test_one_issued_anew_begins_unanswered() -> None:
    other = replace(STATEMENT, lines=STATEMENT.lines[:-1])
    anew = answered.when_done(replace(issue, statement=other))
    assert anew.state.unanswered == tuple(range(1, COUNT))
    anew.when(sign("p-1")).then_refused(StatementMoved, "/body/digest")


def test_nothing_is_answered_or_signed_before_it_is_issued() -> None:
    for command in (agree_rest, dispute, sign("p-1")):
        statement.when(command).then_refused(Missing)


def test_lines_are_agreed_by_number_or_all_that_are_left() -> None:
    some = AgreeLines(lines=(3, 1, 3), agreed_by="p-1", now=NOW)
    open_statement.when(some).then(LinesAgreed(lines=(1, 3), agreed_by="p-1"))
    rest = open_statement.when_done(some).when(agree_rest).events()
    assert rest == [LinesAgreed(lines=(2, *range(4, COUNT + 1)), agreed_by="p-1")]
    answered.when(agree_rest).then_nothing()
    answered.when(some).then_nothing()


def test_a_line_that_is_not_there_has_no_answer() -> None:
    none = AgreeLines(lines=(1, COUNT + 1), agreed_by="p-1", now=NOW)
    open_statement.when(none).then_refused(UnknownLine, "/body/lines")
    open_statement.when(replace(dispute, line=COUNT + 1)).then_refused(UnknownLine, "/body/line")


def test_a_dispute_names_its_reason_and_may_be_settled_by_agreeing() -> None:
    open_statement.when(dispute).then(LineDisputed(line=5, reason=REASON, disputed_by="p-1"))
    settled = open_statement.when_done(dispute, AgreeLines(lines=(5,), agreed_by="p-2", now=NOW))
    assert settled.state.answers[5].answer == "agreed"
    assert settled.state.answers[5].reason is None


def test_signing_waits_for_an_answer_to_every_line() -> None:
    open_statement.when(sign("p-1")).then_refused(LinesUnanswered)
    disputed = open_statement.when_done(dispute, agree_rest)
    assert disputed.state.answers[5].answer == "disputed"
    disputed.when(sign("p-1")).then(signed("p-1"))


def test_two_different_people_sign() -> None:
    once = answered.given(signed("p-1"))
    once.when(sign("p-1")).then_refused(SignedByYou)
    twice = once.when_done(sign("p-2"))
    assert twice.state.signed
    assert not once.state.signed


def test_a_changed_answer_undoes_the_first_signature() -> None:
    once = answered.given(signed("p-1"))
    assert once.when_done(dispute).state.signatures == ()


def test_what_two_have_signed_stands() -> None:
    done = answered.given(signed("p-1"), signed("p-2"))
    for command in (agree_rest, dispute, sign("p-3")):
        done.when(command).then_refused(AlreadySigned)
    other = replace(STATEMENT, lines=STATEMENT.lines[:-1])
    done.when(replace(issue, statement=other)).then_refused(AlreadySigned)
    done.when(issue).then_nothing()


def test_the_sum_is_of_every_figure() -> None:
    for n, line in enumerate(STATEMENT.lines):
        moved = replace(line, amount_pence=line.amount_pence + 1)
        lines = (*STATEMENT.lines[:n], moved, *STATEMENT.lines[n + 1 :])
        assert digest(replace(STATEMENT, lines=lines)) != DIGEST

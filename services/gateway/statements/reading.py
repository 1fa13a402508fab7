"""Statements worked out from the books as they are known, and read with their answers.

Law: what a partner was told is read from what was issued; the books only say what has changed.
"""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request

from services.gateway.exports.tables import Table
from services.gateway.ledgers.agreements import FUND_AGREEMENTS, FundAgreementRow
from services.gateway.ledgers.book import FundBook
from services.gateway.ledgers.sums import sums
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.statements.content import (
    Change,
    Sources,
    Statement,
    StatementLine,
    changes,
    statements,
)
from services.gateway.statements.decider import subject
from services.gateway.statements.state import Issued
from services.gateway.statements.views import PARTNER_STATEMENTS, StatementRow
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.view_store import ViewStore
from shared.texts.store import TextStore
from shared.values.quarters import first_day, last_day, year_of

COLUMNS = (
    "number", "section", "what", "contract", "element", "source", "account", "amount_pence",
    "answer",
)  # fmt: skip


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """What has changed since a statement was issued: figures, and the postings that did it."""

    changes: tuple[Change, ...]
    postings: tuple[PostingLine, ...]


async def fund_row(request: Request, fund: str) -> FundAgreementRow:
    """Raises Missing."""
    store: ViewStore[FundAgreementRow] = request.app.state.house.stores[FUND_AGREEMENTS.name]
    row = await store.get(fund)
    if row is None:
        raise Missing
    return row


async def issued_to(request: Request, fund: str, period: str, partner: str) -> Issued:
    """The statement as it stands. Raises Missing."""
    store: ViewStore[StatementRow] = request.app.state.house.stores[PARTNER_STATEMENTS.name]
    row = await store.get(subject(fund, period, partner))
    if row is None:
        raise Missing
    return row.state


async def stated(request: Request, fund: str, period: str) -> tuple[Statement, ...]:
    """Every partner's statement of a quarter as the books are. Raises Missing, Invalid."""
    try:
        agreement = (await fund_row(request, fund)).years.get(year_of(period))
    except ValueError as error:
        raise Invalid("There is no such quarter.", pointer="/body/period") from error
    if agreement is None:
        raise Missing
    store: ViewStore[FundBook] = request.app.state.house.stores[FUND_BOOKS.name]
    book = await store.get(fund)
    year = book.years.get(year_of(period)) if book else None
    sources = Sources(
        spending={key: one.spending for key, one in book.contracts.items()} if book else {},
        fences=year.ring_fences if year else {},
    )
    lines = await sums(request, fund, to=last_day(period), since=first_day(period))
    return statements(fund, period, agreement, lines, sources)


async def since(request: Request, issued: Issued) -> Since:
    """What would be said otherwise today of the same quarter, and why."""
    was = issued.statement
    stands = await stated(request, was.fund, was.period)
    today = next((one for one in stands if one.partner == was.partner), None)
    if today is None:
        raise Missing
    found = changes(was, today)
    return Since(changes=found, postings=await _later(request, issued) if found else ())


async def _later(request: Request, issued: Issued) -> tuple[PostingLine, ...]:
    """What was recorded since of the days it tells of, on its partner or on none."""
    was, house = issued.statement, request.app.state.house
    tables = house.stores[FUND_BOOKS.name].tables
    records = await house.pool.fetch(
        f"select * from {tables.lines_table} where key = $1 and known_at > $2"
        " and effective_on <= $3 and partner in ('', $4) order by number, line",
        was.fund,
        issued.known_at,
        was.as_of,
        was.partner,
    )
    return tuple(tables.lines.make(record) for record in records)


async def shown(issued: Issued, texts: TextStore, *, entitled: bool) -> dict[str, Any]:
    """A statement with its answers; why a line is disputed shows to whom it concerns."""
    content: dict[str, Any] = msgspec.to_builtins(issued.statement)
    reasons = {
        number: await _reason(texts, issued, number) if entitled else None
        for number, one in issued.answers.items()
        if one.reason is not None
    }
    content["lines"] = [_line(issued, line) for line in issued.statement.lines]
    for line in content["lines"]:
        line["reason"] = reasons.get(line["number"])
    return content | {
        "year": issued.statement.year,
        "digest": issued.digest,
        "known_at": msgspec.to_builtins(issued.known_at),
        "issued_by": issued.issued_by,
        "signatures": msgspec.to_builtins(issued.signatures),
        **standing(issued),
    }


def _line(issued: Issued, line: StatementLine) -> dict[str, Any]:
    """With every field, whatever its value, and its answer."""
    content = {name: getattr(line, name) for name in StatementLine.__struct_fields__}
    answer = issued.answers.get(line.number)
    return content | {
        "answer": answer.answer if answer else None,
        "answered_by": answer.by if answer else None,
    }


async def _reason(texts: TextStore, issued: Issued, number: int) -> str | None:
    """Nothing once it has been erased."""
    reference = issued.answers[number].reason
    stored = await texts.get(reference.text) if reference else None
    return stored.content.decode() if stored and stored.content is not None else None


def standing(issued: Issued) -> dict[str, Any]:
    """How far it has come."""
    answers = list(issued.answers.values())
    return {
        "lines_unanswered": len(issued.unanswered),
        "lines_disputed": sum(one.answer == "disputed" for one in answers),
        "signed": issued.signed,
        "status": _status(issued),
    }


def _status(issued: Issued) -> str:
    if issued.signed:
        return "signed"
    if issued.signatures:
        return "signed-once"
    return "answered" if not issued.unanswered else "issued"


def as_tables(content: dict[str, Any]) -> tuple[Table, list[Table]]:
    """All lines as one table, and as a sheet for each section."""
    rows = [tuple(line[column] for column in COLUMNS) for line in content["lines"]]
    at = COLUMNS.index("section")
    names = dict.fromkeys(row[at] for row in rows)
    sheets = [
        Table(
            name=str(name).capitalize(),
            columns=COLUMNS,
            rows=tuple(row for row in rows if row[at] == name),
        )
        for name in names
    ]
    return Table(name="Statement", columns=COLUMNS, rows=tuple(rows)), sheets

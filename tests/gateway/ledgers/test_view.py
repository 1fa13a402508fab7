"""The books as a view: kept by fund, written down as rows and lines, read back the same."""

import msgspec
import pytest

from services.gateway.ledgers.book import FundBook, Unknown
from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS, fold, fund_of
from shared.eventsourcing.events import type_of
from shared.eventsourcing.row_tables import ViewTables
from shared.published import contracts as c
from tests.gateway.ledgers.years import (
    FUND,
    YEAR,
    certified,
    kept_back,
    opened,
    recorded,
    signed,
    tame_year,
    terms,
)


def test_the_books_come_back_from_their_stored_form_unchanged() -> None:
    book = tame_year().post(certified("C1", 10_001), kept_back("W1", "C1", 7)).fund
    assert msgspec.json.decode(msgspec.json.encode(book), type=FundBook) == book


def test_an_event_belongs_to_the_fund_it_names_or_its_contract_is_paid_from() -> None:
    assert FUND_BOOKS.key(recorded(certified("C1", 1))) == FUND
    assert FUND_BOOKS.key(recorded(signed({YEAR: 1}))) == FUND
    unpooled = c.ContractSigned(
        contract="K1",
        terms=terms({}, fund=""),
        signed_by="O2",
        effective_on=opened().effective_on,
    )
    assert FUND_BOOKS.key(recorded(unpooled)) is None
    assert fund_of(c.ContractCompleted(contract="K9", effective_on=opened().effective_on)) is None


def test_an_event_of_no_fund_is_not_folded() -> None:
    unpooled = msgspec.structs.replace(signed({YEAR: 1}), terms=terms({}, fund=""))
    with pytest.raises(Unknown):
        fold(None, recorded(unpooled))


def test_every_published_event_that_names_a_fund_is_followed() -> None:
    moving = {event for event in c.PUBLISHED if {"fund", "terms"} & set(event.__struct_fields__)}
    assert moving - set(FUND_BOOKS.events) == {c.ContractTerminated}
    assert set(FUND_BOOKS.events) <= set(c.PUBLISHED)
    assert len({type_of(event) for event in FUND_BOOKS.events}) == len(FUND_BOOKS.events)


def test_books_and_lines_have_tables_of_their_own() -> None:
    tables = ViewTables(FUND_BOOKS)
    assert tables.lines is not None
    columns = {column.name: column.sql for column in tables.lines.columns}
    assert columns["effective_on"] == "date"
    assert columns["event_id"] == "uuid"
    assert columns["code"] == columns["element"] == "text"
    assert not {"key", "number", "line", "known_at"} & set(columns)


def test_lines_carry_the_event_that_caused_them() -> None:
    row, lines = fold(None, recorded(opened(), 3))
    assert lines == ()
    _, lines = fold(row, recorded(signed({YEAR: 5}), 4))
    assert [(line.event_id.int, line.transaction, line.fund) for line in lines] == [
        (4, 0, FUND),
        (4, 0, FUND),
    ]
    assert all(isinstance(line, PostingLine) for line in lines)

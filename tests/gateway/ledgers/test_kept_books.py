"""The books as PostgreSQL keeps them: row and lines as folded, and a fund parked on its own."""

import msgspec

from services.gateway.ledgers.book import FundBook
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Pool
from tests.gateway.ledgers.years import (
    FUND,
    YEAR,
    Books,
    LedgerEvent,
    certified,
    contributions,
    let_go,
    opened,
    recorded,
    signed,
)

EVENTS: tuple[LedgerEvent, ...] = (
    opened(),
    *contributions(500, 300, 201),
    signed({YEAR: 1_001}),
    certified("C1", 101),
)


def page(*events: LedgerEvent, after: int = 0) -> list[Numbered]:
    return [Numbered(n, envelope(event, n)) for n, event in enumerate(events, after + 1)]


def envelope(event: LedgerEvent, number: int) -> Envelope:
    body = msgspec.json.encode(event)
    return msgspec.structs.replace(recorded(event, number).envelope, body=body)


async def followed(pool: Pool, events: list[Numbered]) -> ViewStore[FundBook]:
    store: ViewStore[FundBook] = ViewStore(FUND_BOOKS, pool)
    await store.prepare()
    await store.take("contracts", BEGINNING, Checkpoint(1, len(events)), events)
    return store


async def test_row_and_lines_come_back_as_they_were_folded(service_pool: Pool) -> None:
    books = Books(EVENTS)
    store = await followed(service_pool, page(*EVENTS))
    assert await store.get(FUND) == books.book
    assert await store.lines(FUND) == books.lines


async def test_a_page_cut_anywhere_gives_the_same_books(service_pool: Pool) -> None:
    store = await followed(service_pool, page(*EVENTS[:5]))
    rest = page(*EVENTS[5:], after=5)
    await store.take("contracts", Checkpoint(1, 5), Checkpoint(1, len(EVENTS)), rest)
    assert await store.lines(FUND) == Books(EVENTS).lines


async def test_books_that_do_not_balance_park_their_fund_and_no_other(service_pool: Pool) -> None:
    other = msgspec.structs.replace(opened(), fund="F3")
    events = page(*EVENTS, let_go(5_000), certified("C2", 1), other)
    store = await followed(service_pool, events)
    assert await store.get(FUND) == Books(EVENTS).book
    assert await store.get("F3") is not None

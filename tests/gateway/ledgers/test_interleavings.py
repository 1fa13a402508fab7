"""However a fund's events come between those of others, again, or in pieces: the same books."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.ledgers.book import FundBook, LedgerEvent
from services.gateway.ledgers.views import FUND_BOOKS
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Numbered, Overtaken
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import parted
from shared.postgres.pool import Pool
from shared.published import contracts as c
from tests.gateway.ledgers import years as y
from tests.gateway.ledgers.test_kept_books import page

OTHER = "F3"
OURS: tuple[LedgerEvent, ...] = (
    y.opened(),
    *y.contributions(500, 300, 201),
    y.signed({y.YEAR: 901}),
    y.certified("C1", 101),
    y.accrued("A1", 33),
    y.unmade("C1", 101),
    y.certified("C2", 99),
    y.unaccrued("A1", 33),
    y.paid("P1", 99),
)
NOBODYS = c.ContractCompleted(contract="K9", effective_on=y.START)
"""An event of contracts that no fund's books follow."""


def theirs(event: LedgerEvent) -> LedgerEvent:
    """The same of another fund."""
    if isinstance(event, c.ContractSigned):
        terms = msgspec.structs.replace(event.terms, fund=OTHER)
        return msgspec.structs.replace(event, terms=terms)
    assert not isinstance(event, c.ContractVaried | c.ContractExtended)
    return msgspec.structs.replace(event, fund=OTHER)


def folded(events: list[LedgerEvent]) -> dict[str, FundBook]:
    """The view's own fold, fund by fund, as the relay brings the events."""
    rows: dict[str, FundBook] = {}
    for number, event in enumerate(events, 1):
        recorded = y.recorded(event, number)
        key = FUND_BOOKS.key(recorded)
        assert key is not None
        row, _ = parted(FUND_BOOKS.fold(rows.get(key), recorded))
        assert row is not None
        rows[key] = row
    return rows


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=len(OURS), max_size=2 * len(OURS)))
def test_any_interleaving_of_funds_gives_each_the_same_books(turns: list[bool]) -> None:
    mine, others = list(OURS), [theirs(event) for event in OURS]
    merged: list[LedgerEvent] = []
    for turn in turns:
        source = mine if turn else others
        merged += [source.pop(0)] if source else []
    merged += mine + others
    alone = folded(list(OURS))[y.FUND]
    found = folded(merged)
    assert found[y.FUND] == alone
    assert found[OTHER].years[y.YEAR].balances == alone.years[y.YEAR].balances


async def test_a_page_that_comes_again_and_a_restart_between_pages_change_nothing(
    service_pool: Pool,
) -> None:
    whole = page(*OURS)
    store: ViewStore[FundBook] = ViewStore(FUND_BOOKS, service_pool)
    await store.prepare()
    await store.take("contracts", BEGINNING, Checkpoint(1, 5), whole[:5])
    await _taken_again(store, BEGINNING, Checkpoint(1, 5), whole[:5])
    begun_anew: ViewStore[FundBook] = ViewStore(FUND_BOOKS, service_pool)
    await begun_anew.prepare()
    at, to = Checkpoint(1, 5), Checkpoint(1, len(whole))
    await begun_anew.take("contracts", at, to, whole[5:])
    await _taken_again(begun_anew, at, to, whole[5:])
    books = y.Books(OURS)
    assert await begun_anew.get(y.FUND) == books.book
    assert await begun_anew.lines(y.FUND) == books.lines


async def _taken_again(
    store: ViewStore[FundBook], at: Checkpoint, to: Checkpoint, events: list[Numbered]
) -> None:
    """Whoever follows with an old checkpoint is told so, and nothing is folded a second time."""
    with pytest.raises(Overtaken):
        await store.take("contracts", at, to, events)


def test_what_no_fund_is_concerned_by_is_not_followed() -> None:
    assert FUND_BOOKS.key(y.recorded(y.opened())) == y.FUND
    assert type(NOBODYS) not in FUND_BOOKS.events

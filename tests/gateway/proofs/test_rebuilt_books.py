"""Books made again must have every root that was signed, or they do not go live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.proofs.keeper import Keeper
from services.gateway.proofs.signing import Signing
from services.gateway.proofs.witness import RootMissed
from shared.eventsourcing.rebuild import rebuild
from shared.testing.houses import RunningHouse
from tests.gateway import story
from tests.gateway.proofs.notary import (
    HOUSE_KEY,
    as_owner,
    closed_year,
    fetched,
    open_signing,
    tended,
)

STATE = "select fund, size, publication, line from proofs.heads"
TILES = "select level, place, hashes from proofs.tiles order by 1, 2"
LEAVES = "select number, posting from proofs.leaves order by 1"


@pytest.fixture
async def house(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningHouse]:
    async with open_signing(service_database, monkeypatch) as running:
        await closed_year(running)
        yield running


async def rebuilt(house: RunningHouse) -> None:
    books = house.house.stores[FUND_BOOKS.name]
    await rebuild(books, house.house.pool, house.house.sources["contracts"])


async def tampered(house: RunningHouse, name: str) -> None:
    """Changes one penny of the first event of a name in the contracts log, as no one may."""
    log: Any = house.heard["contracts"]
    at = next(n for n, one in enumerate(log._events) if name in one.type)
    was = log._events[at]
    body = was.body.replace(b'_pence":22500', b'_pence":22501')
    assert body != was.body
    log._events[at] = replace(was, body=body)


async def test_books_that_say_the_same_go_live_and_the_tree_goes_on(house: RunningHouse) -> None:
    before = [await fetched(house, one) for one in (STATE, TILES, LEAVES)]
    await rebuilt(house)
    assert [await fetched(house, one) for one in (STATE, TILES, LEAVES)] == before
    await tended(house)
    assert [await fetched(house, one) for one in (STATE, TILES, LEAVES)] == before


async def test_a_changed_penny_in_the_log_is_named_and_the_live_books_stay(
    house: RunningHouse,
) -> None:
    books = house.house.stores[FUND_BOOKS.name]
    before = await books.contents()
    await tampered(house, "payment-certified")
    with pytest.raises(RootMissed, match="Line 9 of fund f1 is another"):
        await rebuilt(house)
    assert await books.contents() == before
    operator = house.caller("goldenthread", "p-0", "operator")
    told = await operator.post(f"/v1/operations/views/{FUND_BOOKS.name}/rebuild")
    assert (told.status_code, told.json()["code"]) == (409, "signed-root-missed")
    assert "Line 9 of fund f1" in told.json()["detail"]


async def test_a_lost_event_is_named(house: RunningHouse) -> None:
    skipped = await fetched(
        house,
        "select max(publication) from proofs.leaves where posting like '%withheld%'::bytea",
    )
    store = house.house.stores[FUND_BOOKS.name]
    await house.house.pool.execute(
        "insert into kept.skipped values ('fund_books', 'contracts', $1, 'p', 'r', now())",
        skipped[0][0],
    )
    with pytest.raises(RootMissed, match="Line 14 of fund f1 is another"):
        await rebuilt(house)
    assert await store.get("f1") is not None


async def test_the_last_line_lost_is_missing(house: RunningHouse) -> None:
    [(last,)] = await fetched(house, "select max(publication) from proofs.leaves")
    await house.house.pool.execute(
        "insert into kept.skipped values ('fund_books', 'contracts', $1, 'p', 'r', now())", last
    )
    with pytest.raises(RootMissed, match="Line 30 of fund f1 is missing"):
        await rebuilt(house)


async def test_a_tree_beyond_an_accepted_restore_is_set_aside_and_another_begins(
    house: RunningHouse,
) -> None:
    [(last,)] = await fetched(house, "select max(publication) from proofs.leaves")
    signed = await fetched(house, "select size, root, note from proofs.checkpoints order by size")
    await house.house.pool.execute(
        "insert into kept.skipped values ('fund_books', 'contracts', $1, 'p', 'r', now())", last
    )
    accept = (
        "insert into kept.acceptances values ('partners', 'contracts', $1, 1, $2, $3, 'p-7', 'why')"
    )
    at = house.house.clock()
    await house.house.pool.execute(accept, at, last, last)  # a restore to no earlier than the leaf
    with pytest.raises(RootMissed):
        await rebuilt(house)
    await house.house.pool.execute(accept, at + timedelta(seconds=1), last, last - 1)
    await rebuilt(house)
    kept = "select size, root, note from proofs.checkpoints where fund = 'f1~1' order by size"
    assert await fetched(house, kept) == signed
    [told] = await fetched(
        house, "select fund, turn, kept_as, person, reason from proofs.set_aside"
    )
    assert tuple(told) == ("f1", 1, "f1~1", "p-7", "why")

    await tended(house)
    notes = await fetched(house, "select note from proofs.checkpoints where fund = 'f1'")
    assert notes
    assert all(note.partition("\n")[0].endswith("/f1/2") for (note,) in notes)
    await rebuilt(house)  # and the new one binds the books like any other


async def test_leaf_and_line_changed_alike_still_miss_the_root(
    house: RunningHouse, service_database: str
) -> None:
    """As when log and leaves were changed together: what was signed is something else."""
    await as_owner(service_database, "update proofs.checkpoints set root = sha256('')")
    with pytest.raises(RootMissed, match="ends a tree of another root"):
        await rebuilt(house)


@pytest.mark.parametrize(
    "statement",
    [
        "update proofs.leaves set posting = 'x'", "delete from proofs.leaves",
        "update proofs.checkpoints set note = 'x'", "delete from proofs.checkpoints",
        "update proofs.seals set note = 'x'", "delete from proofs.sealed_balances",
        "update proofs.cosignatures set line = 'x'", "delete from proofs.cosignatures",
        "update proofs.agency_keys set verifier = 'x'", "delete from proofs.house_keys",
    ],
)  # fmt: skip
async def test_the_service_itself_cannot_change_what_was_signed(
    house: RunningHouse, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await house.house.pool.execute(statement)


async def test_what_nothing_signed_may_come_out_otherwise(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule mended on the day of its fault: the tree goes back to what was signed, and on."""
    async with open_signing(service_database, monkeypatch) as house:
        await tended(house)
        await story.reported_and_paid(house)
        await tended(house)
        before = await fetched(house, LEAVES)
        await tampered(house, "payment-certified")
        await rebuilt(house)
        assert [size for _, size, *_ in await fetched(house, STATE)] == [8]
        await tended(house)
        after = await fetched(house, LEAVES)
        assert (len(after), after[:8]) == (len(before), before[:8])
        assert after[8:] != before[8:]


async def test_books_of_another_shape_are_compared_before_a_tree_goes_on(
    house: RunningHouse, service_database: str
) -> None:
    pool, books = house.house.pool, house.house.stores[FUND_BOOKS.name]
    await as_owner(service_database, "truncate proofs.compared")
    await pool.execute(
        f"update {books.tables.lines_table} set amount_pence = amount_pence + 1"
        " where account = 'Assets:Pool:Bank'"
    )
    signing = Signing(pool, books, [HOUSE_KEY], house.house.clock)
    another = Keeper(house.house, signing)
    await another.tend()
    assert "Line 17 of fund f1 is another" in another.trouble
    await house.hear("contracts", "contract/c1", story.VARIED)
    sizes = await fetched(house, STATE)
    await another.tend()
    assert await fetched(house, STATE) == sizes
    await pool.execute(
        f"update {books.tables.lines_table} set amount_pence = amount_pence - 1"
        " where account = 'Assets:Pool:Bank'"
    )
    await another.tend()
    assert another.trouble == ""

"""What is signed when: daily, at each quarter's end and year's close, and never against itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.gateway.main import PLAN
from services.gateway.proofs.keeper import Keeper
from services.gateway.proofs.signing import Signing
from services.gateway.proofs.tree import TreeDamaged
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.sources import PublishedLog
from shared.proofs.merkle import leaf_hash, root
from shared.proofs.notes import opened, parse_checkpoint, parse_verifier
from shared.proofs.verify import Check
from shared.running.app import create_app
from shared.running.settings import BadSettings
from shared.testing.houses import settings_of
from tests.gateway import story
from tests.gateway.proofs.notary import (
    AT,
    CLOSE,
    HOUSE_KEY,
    LATER_KEY,
    PINNED,
    bundle_of,
    closed_year,
    fetched,
    keeper,
    open_signing,
    tended,
)

SEALS = "select period, size from proofs.seals where fund = 'f1' order by made_at, period"
SIZES = "select size from proofs.checkpoints where fund = 'f1' order by size"
LEAVES = "select posting from proofs.leaves where fund = 'f1' order by number"


async def test_every_quarter_that_ended_and_every_close_is_sealed(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await closed_year(house)
        periods = [period for period, _ in await fetched(house, SEALS)]
        assert periods == [f"2026-27-Q{n}" for n in range(1, 5)] + ["2026-27-Y"]
        sizes = [size for (size,) in await fetched(house, SIZES)]
        assert sizes == [8, 17, 23, 25, 33]
        await tended(house)
        assert [size for (size,) in await fetched(house, SIZES)] == sizes
        head = (
            await house.caller("icb", "p-4", "finance").get("/v1/ledgers/f1?year=2026-27")
        ).json()
        assert (head["closed"], head["checkpoint"]["size"]) == (True, 33)


async def test_the_root_is_that_of_the_bytes_that_are_stored(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await closed_year(house)
        leaves = [leaf for (leaf,) in await fetched(house, LEAVES)]
        for size, kept in await fetched(house, "select size, root from proofs.checkpoints"):
            assert root(map(leaf_hash, leaves[:size])) == kept


async def test_two_replicas_sign_no_more_than_one(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await closed_year(house)
        before = await fetched(house, SEALS), await fetched(house, SIZES)
        signing = Signing(
            house.house.pool, house.house.stores["fund_books"], [HOUSE_KEY], house.house.clock
        )
        other = Keeper(house.house, signing)
        await other.tend()
        await other.trees.grow("f1")
        assert (await fetched(house, SEALS), await fetched(house, SIZES)) == before


async def test_without_a_key_the_tree_grows_and_nothing_is_signed(service_database: str) -> None:
    async with story.open_gateway(service_database) as house:
        await tended(house)
        assert len(await fetched(house, LEAVES)) == 8
        assert await fetched(house, SIZES) == []
        ida = house.caller("icb", "p-4", "finance")
        for answer in (await ida.get(AT), await ida.post(f"{AT}/checkpoints")):
            assert (answer.status_code, answer.json()["code"]) == (409, "no-signing-key")


async def test_in_production_the_gateway_does_not_start_without_a_key(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEDGER_SIGNING_KEY", raising=False)
    settings = replace(settings_of(service_database, sandbox=False), production=True)
    silent = {name: PublishedLog(MemoryLog(name)) for name in PLAN.sources()[1:]}
    app = create_app(PLAN, settings, silent)
    with pytest.raises(BadSettings, match="goldenthread ledger-key makes one"):
        async with app.router.lifespan_context(app):
            pytest.fail("it started")


async def test_while_one_key_follows_another_both_sign(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await tended(house)
        pool, books, clock = house.house.pool, house.house.stores["fund_books"], house.house.clock
        await story.reported_and_paid(house)
        await keeper(house).trees.grow("f1")
        both = await Signing(pool, books, [LATER_KEY, HOUSE_KEY], clock).sign("f1")
        text, signatures = opened(both.note)
        later = LATER_KEY.named("ledger.test/f1").verifier
        verifiers = [later, parse_verifier(PINNED)]
        assert [v.has_signed(text, s) for v, s in zip(verifiers, signatures, strict=True)] == [
            True,
            True,
        ]
        await house.hear("contracts", "fund/f1:2026-27", *CLOSE[:1])
        house.app.state.keeper = Keeper(house.house, Signing(pool, books, [LATER_KEY], clock))
        check = Check([PINNED, str(later)])
        check.read((await bundle_of(house)).splitlines(keepends=True))
        assert check.faults == []


async def test_a_tree_has_one_name_for_ever(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await tended(house)
        await story.reported_and_paid(house)
        monkeypatch.setattr(keeper(house).signing, "_keys", (HOUSE_KEY.named("other.test"),))
        await keeper(house).trees.grow("f1")
        refused = await house.caller("icb", "p-4", "finance").post(f"{AT}/checkpoints")
        assert (refused.status_code, refused.json()["code"]) == (409, "origin-changed")


async def test_nothing_is_signed_against_what_was_signed_before(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await tended(house)
        await story.reported_and_paid(house)
        await house.house.pool.execute(
            "update proofs.tiles set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)"
        )
        await keeper(house).trees.grow("f1")
        with pytest.raises(TreeDamaged):
            await keeper(house).signing.sign("f1")
        await house.set_clock(house.house.clock() + timedelta(days=1))
        await tended(house)
        assert await fetched(house, SIZES) == [(8,)]


async def test_a_parked_posting_joins_the_tree_when_it_is_taken(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of an unknown contract parks the fund; what is signed stays as it was."""
    async with open_signing(service_database, monkeypatch) as house:
        await tended(house)
        await house.hear("contracts", "contract/c1", story.WITHHELD, story.CERTIFIED)
        await tended(house)
        assert len(await fetched(house, LEAVES)) == 8
        parked = await fetched(house, "select number from kept.parked where fold_key = 'f1'")
        store = house.house.stores["fund_books"]
        await store.skip("contracts", min(parked)[0], "p-1", "No certificate.", house.house.clock())
        await store.retry("contracts", "f1")
        await tended(house)
        assert len(await fetched(house, LEAVES)) == 13
        await rebuild(store, house.house.pool, house.house.sources["contracts"])
        await tended(house)
        leaves = [leaf for (leaf,) in await fetched(house, LEAVES)]
        made = await keeper(house).signing.sign("f1")
        assert made.root == root(map(leaf_hash, leaves))
        assert parse_checkpoint(opened(made.note)[0]).size == len(leaves) == 13

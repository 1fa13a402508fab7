"""Proofs through their doors: what is signed, that a line is in it, that nothing else shows."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.gateway.ledgers.transactions import PostingLine
from shared.proofs.merkle import is_consistent, is_included, leaf_hash
from shared.proofs.notes import opened, parse_checkpoint, parse_verifier
from shared.testing.houses import Caller, RunningHouse
from tests.gateway import story
from tests.gateway.proofs.notary import AT, HOUSE_KEY, ICB_KEY, PINNED, open_signing, tended


@pytest.fixture
async def house(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RunningHouse]:
    async with open_signing(service_database, monkeypatch) as running:
        await tended(running)
        yield running


@pytest.fixture
def ida(house: RunningHouse) -> Caller:
    return house.caller("icb", "p-4", "finance")


def raw(told: str) -> bytes:
    return base64.b64decode(told)


async def next_day(house: RunningHouse) -> None:
    await house.set_clock(house.house.clock() + timedelta(days=1))


async def test_the_head_is_signed_and_says_who_signed_it(ida: Caller) -> None:
    stands = (await ida.get(AT)).json()
    assert (stands["origin"], stands["keys"], stands["compared"]) == (
        "ledger.test/f1",
        [PINNED],
        True,
    )
    note = stands["checkpoint"]["note"]
    text, (signature,) = opened(note)
    assert parse_verifier(PINNED).has_signed(text, signature)
    checkpoint = parse_checkpoint(text)
    assert checkpoint.size == stands["size"] == stands["checkpoint"]["size"] > 0
    assert checkpoint.root == raw(stands["checkpoint"]["root"])
    assert (await ida.get(f"{AT}/checkpoints/{checkpoint.size}")).json()["note"] == note
    plain = await ida.get(f"{AT}/checkpoints/{checkpoint.size}/note")
    assert plain.text == note
    assert plain.headers["content-type"].startswith("text/plain")


async def test_a_day_on_which_something_was_posted_is_signed_once(
    house: RunningHouse, ida: Caller
) -> None:
    async def sizes() -> list[int]:
        return [one["size"] for one in (await ida.get(f"{AT}/checkpoints")).json()["items"]]

    before = await sizes()
    await story.reported_and_paid(house)
    await tended(house)
    assert await sizes() == before
    await next_day(house)
    await tended(house)
    after = await sizes()
    assert len(after) == len(before) + 1
    await next_day(house)
    await tended(house)
    assert await sizes() == after
    paged = (await ida.get(f"{AT}/checkpoints?limit=1")).json()
    assert [one["size"] for one in paged["items"]] == after[:1]
    rest = (await ida.get(f"{AT}/checkpoints?after={paged['next']}")).json()
    assert [one["size"] for one in rest["items"]] == after[1:]


async def test_every_line_of_the_journal_is_proved_as_it_is_shown(
    house: RunningHouse, ida: Caller
) -> None:
    await story.reported_and_paid(house)
    await next_day(house)
    await tended(house)
    journal = (await ida.get("/v1/ledgers/f1/journal?limit=500")).json()["items"]
    assert len(journal) == 17
    for line in journal:
        proof = (await ida.get(f"{AT}/postings/{line['number']}")).json()
        text, _ = opened(proof["note"])
        head = parse_checkpoint(text)
        leaf = leaf_hash(proof["posting"].encode())
        assert leaf == raw(proof["leaf_hash"])
        path = [raw(one) for one in proof["path"]]
        assert is_included(leaf, line["number"] - 1, head.size, path, head.root)
        said: dict[str, Any] = msgspec.json.decode(proof["posting"])
        assert said.pop("recorded_at").endswith("Z")
        assert (said.pop("publication"), said.pop("line")) > (0, -1)
        shown = msgspec.convert(said, PostingLine)
        assert {"number": line["number"]} | msgspec.to_builtins(shown) == line


async def test_a_line_is_proved_in_an_earlier_tree_and_the_later_grew_from_it(
    house: RunningHouse, ida: Caller
) -> None:
    await story.reported_and_paid(house)
    await next_day(house)
    await tended(house)
    first, second = (await ida.get(f"{AT}/checkpoints")).json()["items"]
    then = (await ida.get(f"{AT}/postings/3?size={first['size']}")).json()
    assert (then["size"], then["root"]) == (first["size"], first["root"])
    asked = f"{AT}/consistency?earlier={first['size']}&later={second['size']}"
    grew = (await ida.get(asked)).json()
    assert (grew["earlier_root"], grew["later_root"]) == (first["root"], second["root"])
    path = [raw(one) for one in grew["path"]]
    assert is_consistent(
        first["size"], raw(first["root"]), second["size"], raw(second["root"]), path
    )
    assert (await ida.get(f"{AT}/postings/3?size=4")).status_code == 404
    backwards = await ida.get(f"{AT}/consistency?earlier=5&later=4")
    assert (backwards.status_code, backwards.json()["code"]) == (422, "invalid")
    beyond = await ida.get(f"{AT}/consistency?earlier=1&later=100000")
    assert (beyond.status_code, beyond.json()["code"]) == (409, "not-signed-yet")


async def test_what_is_not_signed_yet_says_so_and_can_be_signed_at_once(
    house: RunningHouse, ida: Caller
) -> None:
    before = (await ida.get(AT)).json()["size"]
    await story.reported_and_paid(house)
    await tended(house)
    early = await ida.get(f"{AT}/postings/{before + 1}")
    assert (early.status_code, early.json()["code"]) == (409, "not-signed-yet")
    assert (await ida.get(f"{AT}/postings/100000")).status_code == 404
    assert (await ida.get(f"{AT}/postings/0")).status_code == 404
    made = await ida.done(f"{AT}/checkpoints")
    assert made["size"] > before
    assert await ida.done(f"{AT}/checkpoints") == made
    assert (await ida.get(f"{AT}/postings/{before + 1}")).status_code == 200


async def test_a_partner_co_signs_with_a_key_it_registered(
    house: RunningHouse, ida: Caller
) -> None:
    checkpoint = (await ida.get(AT)).json()["checkpoint"]
    at = f"{AT}/checkpoints/{checkpoint['size']}/cosignatures"
    text, _ = opened(checkpoint["note"])
    line = str(ICB_KEY.sign(text))

    early = await ida.post(at, {"signature": line})
    assert (early.status_code, early.json()["code"]) == (409, "verifier-key-not-registered")
    key = {"verifier": str(ICB_KEY.verifier)}
    registered = await ida.done(f"{AT}/keys", key, idempotency_key="k1")
    assert (registered["agency"], registered["registered_by"]) == ("icb", "p-4")
    assert await ida.done(f"{AT}/keys", key, idempotency_key="k1") == registered
    again = await ida.post(f"{AT}/keys", key)
    assert (again.status_code, again.json()["code"]) == (409, "verifier-key-known")

    system = house.caller("icb", "", "partner-system")
    given = await system.done(at, {"signature": line}, idempotency_key="s1")
    assert (given["agency"], given["signature"]) == ("icb", line.removesuffix("\n"))
    assert await system.done(at, {"signature": line}) == given
    other = await system.post(at, {"signature": line.removesuffix("\n")}, idempotency_key="s1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    stands = (await ida.get(AT)).json()["checkpoint"]
    assert stands["note"] == checkpoint["note"] + line
    assert [one["agency"] for one in stands["cosignatures"]] == ["icb"]
    keys = (await ida.get(f"{AT}/keys")).json()
    assert keys["ledger"] == [PINNED]
    assert [one["verifier"] for one in keys["agencies"]] == [str(ICB_KEY.verifier)]


async def test_what_is_no_signature_of_ones_own_is_refused(
    house: RunningHouse, ida: Caller
) -> None:
    await ida.done(f"{AT}/keys", {"verifier": str(ICB_KEY.verifier)})
    checkpoint = (await ida.get(AT)).json()["checkpoint"]
    at = f"{AT}/checkpoints/{checkpoint['size']}/cosignatures"
    text, (own,) = opened(checkpoint["note"])
    bad = {
        "signature-unreadable": "signed, Ida",
        "signature-wrong": str(ICB_KEY.sign(text + "more\n")),
        "verifier-key-not-registered": str(own),
    }
    for code, line in bad.items():
        answer = await ida.post(at, {"signature": line})
        assert answer.json()["code"] == code
    council = house.caller("council", "p-1", "finance")
    stolen = await council.post(at, {"signature": str(ICB_KEY.sign(text))})
    assert stolen.json()["code"] == "verifier-key-not-registered"
    missing = await ida.post(f"{AT}/checkpoints/1/cosignatures", {"signature": str(own)})
    assert missing.status_code == 404

    taken = await council.post(f"{AT}/keys", {"verifier": str(ICB_KEY.verifier)})
    assert (taken.status_code, taken.json()["code"]) == (422, "verifier-key-of-another")
    unread = await ida.post(f"{AT}/keys", {"verifier": "icb+00000000+AAAA"})
    assert (unread.status_code, unread.json()["code"]) == (422, "verifier-key-unreadable")


async def test_a_key_that_is_retired_signs_no_more(house: RunningHouse, ida: Caller) -> None:
    await ida.done(f"{AT}/keys", {"verifier": str(ICB_KEY.verifier)})
    at = f"{AT}/keys/{ICB_KEY.verifier.key_id.hex()}/retire"
    council = house.caller("council", "p-1", "finance")
    assert (await council.post(at)).status_code == 403
    retired = await ida.done(at)
    assert (retired["retired_by"], await ida.done(at)) == ("p-4", retired)
    checkpoint = (await ida.get(AT)).json()["checkpoint"]
    text, _ = opened(checkpoint["note"])
    late = await ida.post(
        f"{AT}/checkpoints/{checkpoint['size']}/cosignatures",
        {"signature": str(ICB_KEY.sign(text))},
    )
    assert late.json()["code"] == "verifier-key-not-registered"
    assert (await ida.post(f"{AT}/keys/00000000/retire")).status_code == 404


async def test_one_balance_is_proved_without_showing_another(
    house: RunningHouse, ida: Caller
) -> None:
    await story.reported_and_paid(house)
    await house.set_clock(datetime(2026, 10, 1, 9, tzinfo=UTC))
    await tended(house)
    seals = (await ida.get(f"{AT}/seals")).json()["items"]
    assert [one["period"] for one in seals] == ["2026-27-Q1", "2026-27-Q2"]
    trial = (await ida.get("/v1/ledgers/f1/trial-balance?as_of=2026-09-30")).json()["accounts"]
    for row in trial:
        found = await ida.get(f"{AT}/seals/2026-27-Q2/balance?account={row['account']}")
        proof = found.json()
        assert proof["balance_pence"] == row["debit_pence"] - row["credit_pence"]
        text, (signature,) = opened(proof["note"])
        assert parse_verifier(PINNED).has_signed(text, signature)
        _, count, root, period, *_ = text.split("\n")
        assert (int(count), period) == (proof["balances"], "period 2026-27-Q2")
        path = [raw(one) for one in proof["path"]]
        leaf = leaf_hash(proof["leaf"].encode())
        assert is_included(leaf, proof["place"], int(count), path, raw(root))
        assert [one for one in trial if one["account"] in found.text] == [row]
        said: dict[str, Any] = msgspec.json.decode(proof["leaf"])
        assert len(bytes.fromhex(said["salt"])) == 16
    nothing = await ida.get(f"{AT}/seals/2026-27-Q2/balance?account=Assets:Pool:Gold")
    assert nothing.status_code == 404
    assert (await ida.get(f"{AT}/seals/2026-27-Q3/balance?account=x")).status_code == 404


async def test_a_period_is_sealed_on_demand(ida: Caller) -> None:
    made = await ida.done(f"{AT}/seals", {"period": "2026-27-Y"})
    assert made["period"] == "2026-27-Y"
    assert await ida.done(f"{AT}/seals", {"period": "2026-27-Y"}) == made
    for period in ("2026-27-M01", "soon", "2026/27"):
        refused = await ida.post(f"{AT}/seals", {"period": period})
        assert (refused.status_code, refused.json()["code"]) == (422, "no-sealed-period")


async def test_proofs_are_the_partners_alone(house: RunningHouse) -> None:
    reading = (
        "", "/keys", "/checkpoints", "/checkpoints/1", "/checkpoints/1/note", "/postings/1",
        "/consistency?earlier=1&later=1", "/seals", "/seals/2026-27-Q1/balance?account=x",
        "/bundle",
    )  # fmt: skip
    writing = {"/keys": {"verifier": "x"}, "/checkpoints": None, "/seals": {"period": "x"}}
    for part in reading:
        stranger = house.caller("elsewhere", "p-1", "finance")
        assert (await stranger.get(f"{AT}{part}")).status_code == 404, part
        assert (await stranger.get(f"/v1/ledgers/f9/proofs{part}")).status_code == 404, part
        acorn = house.caller("acorn", "p-9", "provider")
        assert (await acorn.get(f"{AT}{part}")).status_code == 403, part
        assert (await house.nobody().get(f"{AT}{part}")).status_code == 401, part
    for part, body in writing.items():
        stranger = house.caller("elsewhere", "p-1", "finance")
        assert (await stranger.post(f"{AT}{part}", body)).status_code == 404, part
        auditor = house.caller("council", "p-1", "auditor")
        assert (await auditor.post(f"{AT}{part}", body)).status_code == 403, part


async def test_key_and_verifier_are_for_everybody(house: RunningHouse) -> None:
    keys = (await house.nobody().get("/v1/proofs/keys/f1")).json()
    assert keys == [PINNED]
    unheard_of = (await house.nobody().get("/v1/proofs/keys/f9")).json()
    assert unheard_of == [str(HOUSE_KEY.named("ledger.test/f9").verifier)]
    program = await house.nobody().get("/v1/proofs/verify.py")
    assert program.text.startswith("#!/usr/bin/env python3")

"""Bids sealed on the bidder's side, through the doors: nobody reads one before two officers do."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.postgres.pool import Pool
from shared.proofs.notes import Signer
from shared.proofs.receipts import receipt_checked
from shared.sealing.asking import key_body, parts_body
from shared.sealing.envelopes import MOST_ENVELOPE_BYTES, parse
from shared.sealing.keys import OpeningKey, from_base64, in_base64
from shared.sealing.sealing import seal
from shared.testing.houses import Caller, RunningHouse
from tests.procurement import test_tender_award
from tests.procurement.sealing import (
    OFFICERS,
    Keys,
    bid_in,
    body_of,
    gave,
    named,
    officer,
    opened_by,
)
from tests.procurement.test_tender_award import CLOSES_AT, OFFER, opening

house = test_tender_award.house
pat = test_tender_award.pat
AFTER = CLOSES_AT + timedelta(minutes=1)
DEARER = OFFER | {"annual_price_pence": 12_000_00}


class Sealing:
    """An open tender with three officers, and what happens in it."""

    def __init__(self, house: RunningHouse, tender: str, keys: Keys) -> None:
        self.house, self.tender, self.keys = house, tender, keys
        self.at = f"/v1/tenders/{tender}"
        self.acorn = house.caller("acorn", "ann", "provider")
        self.beech = house.caller("beech", "bob", "provider")

    async def refusals(self, who: Caller, bodies: list[tuple[Any, int, str]], to: str) -> None:
        """Each body is refused with its code, and nothing is written anywhere."""
        await self.house.settle()
        before = await self.written()
        for body, status, code in bodies:
            answer = await who.post(f"{self.at}/{to}", body)
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
            assert "acorn" not in answer.text
        assert await self.written() == before

    async def written(self) -> tuple[Any, int]:
        texts = await self.house.house.pool.fetchval("select count(*) from kept.texts")
        return await self.house.house.log.head(), texts


@pytest.fixture
async def sealing(house: RunningHouse, pat: Caller) -> Sealing:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    house.app.state.receipt_signer = Signer("receipts.test", bytes(range(1, 33)))
    return Sealing(house, tender, await named(house, tender))


async def test_a_sealed_bid_is_read_by_nobody_before_two_officers_open_it(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    bid = await bid_in(house, sealing.tender, "acorn", OFFER)
    await house.settle()
    at = f"{sealing.at}/bids/{bid}/offer"
    for who in (sealing.acorn, pat):
        assert (await who.get(at)).json()["code"] == "bids-still-sealed"
    assert (await sealing.beech.get(at)).status_code == 404
    assert (await pat.get(sealing.at)).json()["bids"] == []

    await house.set_clock(AFTER)
    await opened_by(house, sealing.tender, sealing.keys, "ola", "quin")
    await house.settle()
    for who in (sealing.acorn, pat):
        assert (await who.get(at)).json() == OFFER
    assert (await sealing.beech.get(at)).status_code == 404
    kept = await house.house.pool.fetch(
        "select kind, owner, content is null from kept.texts order by kind, owner"
    )
    assert [tuple(row) for row in kept] == [
        ("envelope", "acorn", False), ("offer", "acorn", False),
        ("opening-parts", "council", True), ("opening-parts", "icb", True),
    ]  # fmt: skip


@pytest.mark.parametrize("pair", [("ola", "pat"), ("quin", "ola"), ("pat", "quin")])
async def test_each_pair_opens_and_a_lost_officer_does_not_lock(
    sealing: Sealing, house: RunningHouse, pat: Caller, pair: tuple[str, str]
) -> None:
    await bid_in(house, sealing.tender, "acorn", OFFER)
    await bid_in(house, sealing.tender, "beech", DEARER)
    await house.set_clock(AFTER)
    await opened_by(house, sealing.tender, sealing.keys, *pair)
    await house.settle()
    shown = (await pat.get(sealing.at)).json()
    prices = sorted(one["annual_price_pence"] for one in shown["bids"])
    assert prices == [10_000_00, 12_000_00]


async def test_one_officer_alone_does_not_open_nor_with_parts_made_up(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    bid = await bid_in(house, sealing.tender, "acorn", OFFER)
    await house.set_clock(AFTER)
    await sealing.refusals(pat, [(None, 409, "another-officer-needed")], "open-bids")
    await gave(house, sealing.tender, "ola", sealing.keys["ola"])
    await sealing.refusals(pat, [(None, 409, "another-officer-needed")], "open-bids")
    await gave(house, sealing.tender, "ola", sealing.keys["ola"])
    made_up = {"parts": {bid: in_base64(bytes(32))}}
    await officer(house, "quin").done(f"{sealing.at}/opening-parts", made_up)
    await sealing.refusals(pat, [(None, 409, "another-officer-needed")], "open-bids")
    await house.settle()

    shown = (await pat.get(sealing.at)).json()["opening"]
    told = {one["officer"]: (one["gave_parts"], one["unfitting"]) for one in shown}
    assert told == {"ola": (True, []), "pat": (False, []), "quin": (True, [bid])}
    await gave(house, sealing.tender, "pat", sealing.keys["pat"])
    await pat.done(f"{sealing.at}/open-bids")


async def test_nothing_can_be_given_or_read_towards_an_opening_before_the_deadline(
    sealing: Sealing, house: RunningHouse
) -> None:
    bid = await bid_in(house, sealing.tender, "acorn", OFFER)
    await house.settle()
    ola = officer(house, "ola")
    part = {"parts": {bid: in_base64(bytes(32))}}
    await sealing.refusals(ola, [(part, 409, "bids-still-sealed")], "opening-parts")
    assert (await ola.get(f"{sealing.at}/heads")).json()["code"] == "bids-still-sealed"
    await house.set_clock(AFTER)
    assert (await officer(house, "eve").get(f"{sealing.at}/heads")).status_code == 403
    assert (await sealing.acorn.get(f"{sealing.at}/heads")).status_code == 403


async def test_the_receipt_is_of_the_envelope_and_is_checked_offline(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    body = await body_of(house, sealing.tender, "acorn", OFFER)
    taken = await sealing.acorn.done(f"{sealing.at}/bids", body)
    raw = from_base64(body["envelope"])
    assert taken["sha256"] == hashlib.sha256(raw).hexdigest()
    await house.settle()
    at = f"{sealing.at}/bids/{taken['bid']}/receipt"
    receipt = (await sealing.acorn.get(at)).content
    key = json.loads(receipt)["verifier"]
    sound, said = receipt_checked(receipt, raw, [key])
    assert (sound, said[0], said[-1]) == (
        True, "Golden Thread receipt of a sealed bid", "the file is what came",
    )  # fmt: skip
    assert said[4].startswith("received 2026-04-01T09:00:")
    assert not receipt_checked(receipt, raw + b"x", [key])[0]
    assert (await pat.get(at)).status_code == 404
    assert (await sealing.beech.get(sealing.at)).json()["envelopes"] == [taken["sha256"]]
    again = await sealing.acorn.post(f"{sealing.at}/bids", body)
    assert again.json()["code"] == "one-bid-each"


async def test_the_same_request_twice_is_one_bid(sealing: Sealing, house: RunningHouse) -> None:
    body = await body_of(house, sealing.tender, "acorn", OFFER)
    key = str(uuid4())
    first = await sealing.acorn.post(f"{sealing.at}/bids", body, idempotency_key=key)
    again = await sealing.acorn.post(f"{sealing.at}/bids", body, idempotency_key=key)
    assert first.status_code == 201
    assert first.json() == again.json()


async def test_a_bid_is_replaced_and_withdrawn_before_the_deadline(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    first = await bid_in(house, sealing.tender, "acorn", OFFER)
    body = await body_of(house, sealing.tender, "acorn", DEARER) | {"replaces": first}
    second = (await sealing.acorn.done(f"{sealing.at}/bids", body))["bid"]
    other = await bid_in(house, sealing.tender, "beech", OFFER)
    await sealing.beech.done(f"{sealing.at}/bids/{other}/withdraw")
    left = await house.house.pool.fetchval(
        "select count(*) from kept.texts where kind = 'envelope' and content is not null"
    )
    assert left == 1
    await house.set_clock(AFTER)
    late = await sealing.acorn.post(f"{sealing.at}/bids/{second}/withdraw")
    assert late.json()["code"] == "tender-not-open"
    await opened_by(house, sealing.tender, sealing.keys)
    await house.settle()
    shown = (await pat.get(sealing.at)).json()
    assert [one["annual_price_pence"] for one in shown["bids"]] == [12_000_00]
    assert len(shown["envelopes"]) == 3


async def test_a_late_bid_is_an_event_with_its_microsecond_and_nothing_of_it_is_kept(
    sealing: Sealing, house: RunningHouse
) -> None:
    body = await body_of(house, sealing.tender, "acorn", OFFER)
    await house.set_clock(AFTER)
    texts = (await sealing.written())[1]
    late = await sealing.acorn.post(f"{sealing.at}/bids", body)
    assert (late.status_code, late.json()["code"]) == (409, "bid-late")
    last = (await house.house.log.read_stream(f"tender/{sealing.tender}"))[-1]
    assert last.type == "procurement.late-bid-turned-away.v1"
    assert json.loads(last.body)["came_at"].count(".") == 1
    assert (await sealing.written())[1] == texts


async def test_what_is_no_envelope_of_this_bidder_for_this_tender_is_refused(
    sealing: Sealing, house: RunningHouse
) -> None:
    body = await body_of(house, sealing.tender, "acorn", OFFER)
    raw = from_base64(body["envelope"])
    publics = [key.public for key in sealing.keys.values()]
    content = json.dumps(OFFER).encode()

    def envelope(made: bytes) -> dict[str, str]:
        return {"envelope": in_base64(made)}

    unreadable = [
        envelope(one) for one in (b"", raw[:-1], raw[:400], raw + b"x", b"\0" + raw[1:], bytes(300))
    ]
    oversize = in_base64(b"x" * (MOST_ENVELOPE_BYTES + 3))
    strangers = [OpeningKey.made().public for _ in range(3)]
    cases: list[tuple[Any, int, str]] = [
        *((one, 422, "envelope-unreadable") for one in unreadable),
        ({"envelope": "not base64!"}, 422, "invalid"),
        ({"envelope": oversize}, 422, "invalid"),
        ({}, 422, "invalid"),
        (OFFER, 422, "invalid"),
        (envelope(seal(content, "another", "acorn", publics)), 422, "envelope-of-another"),
        (envelope(seal(content, sealing.tender, "acorn", strangers)), 422, "sealed-to-other-keys"),
        (envelope(seal(content, sealing.tender, "acorn", [*publics, strangers[0]])), 422,
         "sealed-to-other-keys"),
        (body | {"replaces": "none"}, 409, "unknown-bid"),
    ]  # fmt: skip
    shown = (await sealing.acorn.post(f"{sealing.at}/bids", {})).json()["code"]
    cases = [(one, status, shown if code == "invalid" else code) for one, status, code in cases]
    await sealing.refusals(sealing.acorn, cases, "bids")
    await sealing.refusals(sealing.beech, [(body, 422, "envelope-of-another")], "bids")


async def test_a_tampered_envelope_is_left_closed_on_record_and_the_others_open(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    body = await body_of(house, sealing.tender, "acorn", OFFER)
    raw = bytearray(from_base64(body["envelope"]))
    raw[-1] ^= 1
    taken = await sealing.acorn.done(f"{sealing.at}/bids", {"envelope": in_base64(bytes(raw))})
    await bid_in(house, sealing.tender, "beech", DEARER)
    await house.set_clock(AFTER)
    await opened_by(house, sealing.tender, sealing.keys)
    await house.settle()
    shown = (await pat.get(sealing.at)).json()
    assert [one["provider"] for one in shown["bids"]] == ["beech"]
    assert shown["unopened"] == [
        {"bid": taken["bid"], "provider": "acorn", "reason": "does-not-open"}
    ]
    assert (await sealing.beech.get(sealing.at)).json()["unopened"] == []


async def test_a_bid_whose_content_is_no_bid_is_left_closed(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    await bid_in(house, sealing.tender, "acorn", b"cheap")
    await house.set_clock(AFTER)
    await opened_by(house, sealing.tender, sealing.keys)
    await house.settle()
    assert (await pat.get(sealing.at)).json()["unopened"][0]["reason"] == "content-unreadable"


async def test_an_envelope_changed_in_the_database_is_found_and_not_passed_over(
    sealing: Sealing, house: RunningHouse, pat: Caller
) -> None:
    await bid_in(house, sealing.tender, "acorn", OFFER)
    await house.set_clock(AFTER)
    for one in OFFICERS[:2]:
        await gave(house, sealing.tender, one, sealing.keys[one])
    await _changed(house.house.pool)
    await sealing.refusals(pat, [(None, 409, "envelope-changed")], "open-bids")


async def _changed(pool: Pool) -> None:
    await pool.execute(
        "update kept.texts set content = content || '\\x00'::bytea where kind = 'envelope'"
    )


async def test_parts_are_one_for_each_bid_from_a_named_officer(
    sealing: Sealing, house: RunningHouse
) -> None:
    bid = await bid_in(house, sealing.tender, "acorn", OFFER)
    await house.set_clock(AFTER)
    ola = officer(house, "ola")
    heads = (await ola.get(f"{sealing.at}/heads")).json()
    assert b"We listen" not in from_base64(heads[0]["head"])
    right = parts_body(sealing.keys["ola"], heads)
    part = right["parts"][bid]
    cases: list[tuple[Any, int, str]] = [
        ({"parts": {}}, 422, "opening-parts-incomplete"),
        ({"parts": {bid: part, "b9": part}}, 422, "opening-parts-incomplete"),
        ({"parts": {bid: part[:-4]}}, 422, "opening-parts-unreadable"),
        ({"parts": {bid: "===="}}, 422, "invalid"),
    ]  # fmt: skip
    await sealing.refusals(ola, cases, "opening-parts")
    eve = officer(house, "eve")
    await sealing.refusals(eve, [(right, 403, "not-an-opening-officer")], "opening-parts")


async def test_a_key_is_registered_by_its_officer_with_proof(
    house: RunningHouse, pat: Caller
) -> None:
    tender = (await pat.done("/v1/tenders", opening()))["id"]
    await house.settle()
    at = f"/v1/tenders/{tender}"
    few = await pat.put(f"{at}/opening-officers", {"officers": ["ola", "pat"]})
    assert (few.status_code, few.json()["code"]) == (422, "opening-officers-too-few")
    await pat.put(f"{at}/opening-officers", {"officers": list(OFFICERS)})
    key, ola = OpeningKey.made(), officer(house, "ola")
    right = key_body(key, tender, "ola")
    cases = [
        (key_body(key, tender, "quin"), 422, "opening-key-not-proved"),
        (key_body(key, "t9", "ola"), 422, "opening-key-not-proved"),
        (right | {"public": in_base64(b"\x04" + bytes(64))}, 422, "opening-key-unreadable"),
        (right | {"proof": ""}, 422, "opening-key-not-proved"),
    ]
    for body, status, code in cases:
        answer = await ola.put(f"{at}/opening-key", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    eve = await officer(house, "eve").put(f"{at}/opening-key", key_body(key, tender, "eve"))
    assert (eve.status_code, eve.json()["code"]) == (403, "not-an-opening-officer")
    assert (await ola.put(f"{at}/opening-key", right)).is_success
    await house.settle()
    told = (await house.caller("acorn", "ann", "provider").get(f"{at}/opening-keys")).json()
    assert (told["panel"], [bool(one["public"]) for one in told["keys"]]) == (
        "", [True, False, False],
    )  # fmt: skip
    sealed = seal(b"{}", tender, "acorn", [OpeningKey.made().public for _ in range(3)])
    early = await house.caller("acorn", "ann", "provider").post(
        f"{at}/bids", {"envelope": in_base64(sealed)}
    )
    assert early.json()["code"] == "opening-keys-missing"
    assert parse(sealed).provider == "acorn"

"""Three opening officers with keys of their own, and bids sealed to them, for tests."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from services.procurement.bids.commands import (
    BidCommand,
    Envelope,
    GiveOpeningParts,
    NameOpeningOfficers,
    OpenBids,
    RegisterOpeningKey,
    SealBid,
)
from services.procurement.providers.state import Registered
from shared.published.terms import TextRef
from shared.sealing.asking import bid_body, key_body, parts_body
from shared.sealing.keys import OpeningKey
from shared.testing.houses import Caller, RunningHouse

OFFICERS = ("ola", "pat", "quin")
PUBLIC = {officer: f"key of {officer}" for officer in OFFICERS}
ENVELOPE_TEXT = TextRef(text=UUID(int=1), digest="d")
OPENED_TEXT = TextRef(text=UUID(int=2), digest="e")


# -- the rules


def panel_ready(now: datetime) -> tuple[BidCommand, ...]:
    """Officers named, and each with a key."""
    keys = (
        RegisterOpeningKey(officer=one, public=PUBLIC[one], proved=True, now=now)
        for one in OFFICERS
    )
    return (NameOpeningOfficers(officers=OFFICERS, now=now), *keys)


def sealing(
    bid: str,
    provider: str,
    now: datetime,
    *,
    suspended: bool = False,
    tender: str = "t1",
    keys: frozenset[str] = frozenset(PUBLIC.values()),
    replaces: str = "",
) -> SealBid:
    outside = Envelope(
        sha256=f"hash of {bid}", size_bytes=4800, tender=tender, provider=provider, keys=keys
    )
    standing = Registered(provider=provider, suspended=suspended)
    return SealBid(
        bid=bid, provider=provider, standing=standing, envelope=outside, offer=ENVELOPE_TEXT,
        replaces=replaces, now=now,
    )  # fmt: skip


def giving(officer: str, now: datetime, *bids: str, unfitting: tuple[str, ...] = ()) -> Any:
    return GiveOpeningParts(
        officer=officer, bids=frozenset(bids), erased=frozenset(), unfitting=unfitting,
        parts=TextRef(text=UUID(int=hash(officer) % 2**64), digest="p"), now=now,
    )  # fmt: skip


def opening_of(prices: dict[str, int], now: datetime, **more: Any) -> OpenBids:
    texts = dict.fromkeys(prices, OPENED_TEXT)
    return OpenBids(prices=prices, texts=texts, opened_by="pat", now=now, **more)


# -- the doors

Keys = dict[str, OpeningKey]


def officer(house: RunningHouse, person: str) -> Caller:
    agency = "icb" if person == "quin" else "council"
    return house.caller(
        agency, person, "procurement-officer" if person == "pat" else "board-secretary"
    )


async def named(house: RunningHouse, tender: str) -> Keys:
    """Three officers named for a tender, each with a key registered; the keys are theirs."""
    at = f"/v1/tenders/{tender}"
    await house.settle()
    answer = await officer(house, "pat").put(f"{at}/opening-officers", {"officers": list(OFFICERS)})
    assert answer.is_success, answer.text
    keys = {one: OpeningKey.made() for one in OFFICERS}
    for one, key in keys.items():
        answer = await officer(house, one).put(f"{at}/opening-key", key_body(key, tender, one))
        assert answer.is_success, answer.text
    await house.settle()
    return keys


async def body_of(house: RunningHouse, tender: str, provider: str, offer: Any) -> dict[str, str]:
    """A bid sealed by a provider's client; an offer that is no text goes in as JSON."""
    caller = house.caller(provider, "ann", "provider")
    keys = (await caller.get(f"/v1/tenders/{tender}/opening-keys")).json()
    content = offer if isinstance(offer, bytes) else json.dumps(offer).encode()
    return bid_body(content, keys, provider)


async def bid_in(house: RunningHouse, tender: str, provider: str, offer: Any) -> str:
    """The id of a sealed bid that was taken."""
    body = await body_of(house, tender, provider, offer)
    caller = house.caller(provider, "ann", "provider")
    return str((await caller.done(f"/v1/tenders/{tender}/bids", body))["bid"])


async def gave(house: RunningHouse, tender: str, person: str, key: OpeningKey) -> None:
    caller, at = officer(house, person), f"/v1/tenders/{tender}"
    heads = (await caller.get(f"{at}/heads")).json()
    await caller.done(f"{at}/opening-parts", parts_body(key, heads))


async def opened_by(house: RunningHouse, tender: str, keys: Keys, *persons: str) -> None:
    """Two officers give their parts, and all bids are opened."""
    await house.settle()
    for person in persons or OFFICERS[:2]:
        await gave(house, tender, person, keys[person])
    await officer(house, "pat").done(f"/v1/tenders/{tender}/open-bids")

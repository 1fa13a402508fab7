"""Putting officers' parts together: what opens, what does not, and what waits for another officer.

Law: what is opened lies in memory only until every bid is; nothing is kept of a refused opening.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import uuid5

import msgspec
from pydantic import ValidationError

from services.procurement.bids.bodies import BidBody
from services.procurement.bids.events import Unopened
from services.procurement.bids.refusals import PartsUnreadable
from services.procurement.tenders.state import Bid, Open
from shared.published.terms import TextRef
from shared.sealing.envelopes import Envelope, parse
from shared.sealing.keys import Unreadable, from_base64
from shared.sealing.sealing import PART_BYTES, NotOpened, fits, opened
from shared.texts.store import TextStore

PAIR = 2
Parts = Mapping[str, Mapping[bytes, bytes]]
"""By bid and officer's public key."""


class Outcome(msgspec.Struct, kw_only=True):
    """What became of every bid; one that is nowhere in here was erased by its bidder."""

    contents: dict[str, bytes] = msgspec.field(default_factory=dict[str, bytes])
    unopened: dict[str, Unopened] = msgspec.field(default_factory=dict[str, Unopened])
    waiting: set[str] = msgspec.field(default_factory=set[str])
    changed: set[str] = msgspec.field(default_factory=set[str])

    def prices(self) -> dict[str, int]:
        found = {bid: _read(content) for bid, content in self.contents.items()}
        return {bid: body.annual_price_pence for bid, body in found.items() if body is not None}


def _read(content: bytes) -> BidBody | None:
    try:
        return BidBody.model_validate_json(content)
    except ValidationError:
        return None


async def content_of(texts: TextStore, ref: TextRef) -> bytes | None:
    """None once erased."""
    text = await texts.get(ref.text)
    return text.content if text else None


async def combined(texts: TextStore, tender: Open) -> Outcome:
    """Each bid opened by the first pair of parts that opens it."""
    given = await _given(texts, tender)
    outcome = Outcome()
    for bid, line in tender.bids.items():
        content = await content_of(texts, line.offer)
        if content is None:
            continue
        if not line.envelope_sha256:  # came before bids were sealed on the bidder's side
            outcome.contents[bid] = content
        elif hashlib.sha256(content).hexdigest() != line.envelope_sha256:
            outcome.changed.add(bid)
        else:
            _judge(outcome, bid, parse(content), given.get(bid, {}))
    for bid, content in outcome.contents.items():
        if _read(content) is None:
            outcome.unopened[bid] = "content-unreadable"
    return outcome


def _judge(outcome: Outcome, bid: str, envelope: Envelope, parts: Mapping[bytes, bytes]) -> None:
    """Two parts that fit and do not open it are the bidder's doing, whoever else gives a part."""
    try:
        outcome.contents[bid] = opened(envelope, parts)
    except NotOpened:
        fitting = sum(fits(part, officer, envelope) for officer, part in parts.items())
        if fitting >= PAIR or len(parts) == len(envelope.officers):
            outcome.unopened[bid] = "does-not-open"
        else:
            outcome.waiting.add(bid)


async def _given(texts: TextStore, tender: Open) -> dict[str, dict[bytes, bytes]]:
    found: dict[str, dict[bytes, bytes]] = {}
    for officer, ref in tender.panel.given.items():
        told = await content_of(texts, ref)
        parts = msgspec.json.decode(told, type=dict[str, str]) if told else {}
        for bid, part in parts.items():
            key = from_base64(tender.panel.keys[officer])
            found.setdefault(bid, {})[key] = from_base64(part)
    return found


async def kept(
    texts: TextStore, tender: Open, outcome: Outcome, now: datetime
) -> dict[str, TextRef]:
    """The opened offers as texts of their bidders, each under an id of its bid's own."""
    prices = outcome.prices()
    return {
        bid: await texts.put(
            uuid5(line.offer.text, "opened"), "offer", line.provider, outcome.contents[bid], now,
            "application/json",
        )
        for bid, line in tender.bids.items()
        if bid in prices and line.envelope_sha256
    }  # fmt: skip


async def erased_of(texts: TextStore, bids: Mapping[str, Bid]) -> frozenset[str]:
    """The sealed bids whose envelope its bidder has had erased."""
    sealed = {bid: line.offer for bid, line in bids.items() if line.envelope_sha256}
    gone = [bid for bid, ref in sealed.items() if await content_of(texts, ref) is None]
    return frozenset(gone)


async def unfitting(
    texts: TextStore, tender: Open, officer: str, parts: Mapping[str, str]
) -> tuple[str, ...]:
    """The bids for which an officer's part is not the one the bidder said. Refuses:
    PartsUnreadable.
    """
    key = from_base64(tender.panel.keys[officer])
    wrong: list[str] = []
    for bid, told in parts.items():
        line = tender.bids.get(bid)
        content = await content_of(texts, line.offer) if line and line.envelope_sha256 else None
        if content is not None and not fits(part_read(told, bid), key, parse(content)):
            wrong.append(bid)
    return tuple(sorted(wrong))


def part_read(told: str, bid: str) -> bytes:
    """Refuses: PartsUnreadable."""
    try:
        part = from_base64(told)
    except Unreadable as error:
        raise PartsUnreadable(pointer=f"/body/parts/{bid}") from error
    if len(part) != PART_BYTES:
        raise PartsUnreadable(pointer=f"/body/parts/{bid}")
    return part

"""The doors of sealed bids: officers and their keys, envelopes, parts, and the opening."""

from __future__ import annotations

import hashlib
from typing import Annotated
from uuid import UUID

import msgspec

from services.procurement.bids import commands, opening
from services.procurement.bids.bodies import (
    EnvelopeBody,
    KeyBody,
    OfficersBody,
    OpeningBody,
    PartsBody,
)
from services.procurement.bids.refusals import EnvelopeUnreadable, KeyUnreadable
from services.procurement.providers.standing import standing_of
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import LateBidTurnedAway
from services.procurement.tenders.reading import parties
from services.procurement.tenders.refusals import BidLate
from services.procurement.tenders.state import Evaluated, Open
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.sealing.envelopes import parse
from shared.sealing.keys import Unreadable, from_base64, in_base64, proves, public_key

router = Router(prefix="/v1/tenders", tags=["bids"])

Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]
Officer = Annotated[Actor, allowed("bids:open", "member", "procuring", of=parties)]
Bidder = Annotated[Actor, allowed("bids:write", "bidder", of=parties)]
NOT_KEPT = TextRef(text=UUID(int=0), digest="")


class Sealed(Accepted):
    """A sealed bid was taken: its hash; its signed receipt, with the time, has its own door."""

    bid: str
    sha256: str


@router.put("/{tender}/opening-officers")
async def name_opening_officers(
    tender: Id, body: OfficersBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Name who opens the bids: any two of them can. 422: opening-officers-too-few.
    409: opening-keys-in-use, tender-not-open.
    """
    command = commands.NameOpeningOfficers(officers=tuple(body.officers), now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.put("/{tender}/opening-key")
async def register_opening_key(
    tender: Id, body: KeyBody, handle: Handling, actor: Officer
) -> Accepted:
    """Register one's own public key for one tender, with the proof that one has its private half.

    403: not-an-opening-officer. 422: opening-key-unreadable, opening-key-not-proved.
    409: opening-key-taken, opening-keys-in-use, tender-not-open.
    """
    try:
        public, proof = from_base64(body.public), from_base64(body.proof)
        public_key(public)
    except Unreadable as error:
        raise KeyUnreadable(pointer="/body/public") from error
    command = commands.RegisterOpeningKey(
        officer=actor.person,
        public=body.public,
        proved=proves(proof, tender, actor.person, public),
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/bids", status_code=201)
async def seal_bid(tender: Id, body: EnvelopeBody, handle: Handling, actor: Bidder) -> Sealed:
    """Hand in a bid that was sealed on the bidder's side; nobody here can read it.

    422: envelope-unreadable, envelope-of-another, sealed-to-other-keys. 409: bid-late,
    one-bid-each, opening-keys-missing, provider-not-registered, provider-suspended,
    tender-not-open, unknown-bid.
    """
    raw, outside = _outside(body.envelope)
    before = await handle.load(TENDERS, tender)
    bid = handle.part_id(actor, "bid")
    command = commands.SealBid(
        bid=bid,
        provider=actor.agency,
        standing=await standing_of(handle, actor.agency),
        envelope=outside,
        offer=NOT_KEPT,
        replaces=body.replaces or "",
        now=handle.now(),
    )
    if await handle.answered(actor, TENDERS, tender) is None:
        foreseen = TENDERS.decide(command, before)  # refused before anything is kept
        if not isinstance(foreseen[0], LateBidTurnedAway):
            media = "application/octet-stream"
            offer = await handle.keep_text(actor, "envelope", raw, media)
            command = msgspec.structs.replace(command, offer=offer)
    accepted = await handle(actor, TENDERS, tender, command)
    state = await handle.load(TENDERS, tender)
    if isinstance(state, Open | Evaluated) and bid in state.turned_away:
        if command.offer != NOT_KEPT:
            await handle.texts.erase(command.offer.text, handle.now())
        raise BidLate
    if body.replaces and isinstance(before, Open) and body.replaces in before.bids:
        await handle.texts.erase(before.bids[body.replaces].offer.text, handle.now())
    return Sealed(id=accepted.id, version=accepted.version, bid=bid, sha256=outside.sha256)


def _outside(told: str) -> tuple[bytes, commands.Envelope]:
    """Refuses: EnvelopeUnreadable, with the sentence that says what is wrong."""
    try:
        raw = from_base64(told)
        envelope = parse(raw)
    except Unreadable as error:
        raise EnvelopeUnreadable(str(error), pointer="/body/envelope") from error
    return raw, commands.Envelope(
        sha256=hashlib.sha256(raw).hexdigest(),
        size_bytes=len(raw),
        tender=envelope.tender,
        provider=envelope.provider,
        keys=frozenset(map(in_base64, envelope.officers)),
    )


@router.post("/{tender}/bids/{bid}/withdraw", status_code=201)
async def withdraw_bid(tender: Id, bid: Id, handle: Handling, actor: Bidder) -> Accepted:
    """Take one's own bid back before the deadline. 409: unknown-bid, tender-not-open."""
    before = await handle.load(TENDERS, tender)
    command = commands.WithdrawBid(bid=bid, provider=actor.agency, now=handle.now())
    accepted = await handle(actor, TENDERS, tender, command)
    if isinstance(before, Open) and bid in before.bids:
        await handle.texts.erase(before.bids[bid].offer.text, handle.now())
    return accepted


@router.post("/{tender}/opening-parts", status_code=201)
async def give_opening_parts(
    tender: Id, body: PartsBody, handle: Handling, actor: Officer
) -> Accepted:
    """Give one's part of every bid once the deadline has passed; a part alone opens nothing.

    403: not-an-opening-officer. 409: bids-still-sealed, tender-not-open.
    422: opening-parts-incomplete, opening-parts-unreadable.
    """
    state = await handle.load(TENDERS, tender)
    for bid, told in body.parts.items():
        opening.part_read(told, bid)
    wrong, erased = (), frozenset[str]()
    if isinstance(state, Open) and actor.person in state.panel.keys:
        wrong = await opening.unfitting(handle.texts, state, actor.person, body.parts)
        erased = await opening.erased_of(handle.texts, state.bids)
    command = commands.GiveOpeningParts(
        officer=actor.person,
        bids=frozenset(body.parts),
        erased=erased,
        unfitting=wrong,
        parts=NOT_KEPT,
        now=handle.now(),
    )
    if await handle.answered(actor, TENDERS, tender) is None:
        TENDERS.decide(command, state)  # refused before anything is kept
    told = msgspec.json.encode(dict(body.parts))
    parts = await handle.keep_text(actor, "opening-parts", told, "application/json")
    command = msgspec.structs.replace(command, parts=parts)
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/open-bids", status_code=201)
async def open_bids(
    tender: Id,
    handle: Handling,
    actor: Procurer,
    body: OpeningBody | None = None,
) -> Accepted:
    """Open all bids at once with the parts that officers gave, once the deadline has passed.

    409: bids-still-sealed, another-officer-needed, envelope-changed, not-to-be-set-aside,
    tender-not-open.
    """
    state = await handle.load(TENDERS, tender)
    command = commands.OpenBids(
        prices={},
        set_aside=frozenset(body.set_aside if body else ()),
        opened_by=actor.person,
        now=handle.now(),
    )
    if isinstance(state, Open) and command.now > state.opened.bids_close_at:
        command = await _opening(handle, state, command)
    accepted = await handle(actor, TENDERS, tender, command)
    after = await handle.load(TENDERS, tender)
    if isinstance(after, Evaluated):  # what was needed to open them is needed no more
        for ref in after.panel.given.values():
            await handle.texts.erase(ref.text, handle.now())
    return accepted


async def _opening(handle: Handle, state: Open, command: commands.OpenBids) -> commands.OpenBids:
    """The command with what the parts opened, kept only where nothing stands against it."""
    outcome = await opening.combined(handle.texts, state)
    command = msgspec.structs.replace(
        command,
        prices=outcome.prices(),
        unopened=outcome.unopened,
        waiting=frozenset(outcome.waiting),
        changed=frozenset(outcome.changed),
    )
    TENDERS.decide(command, state)
    texts = await opening.kept(handle.texts, state, outcome, command.now)
    return msgspec.structs.replace(command, texts=texts)

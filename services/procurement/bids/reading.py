"""What is shown of sealed bids: receipts to bidders, heads to officers, offers once opened."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from services.procurement.bids import opening
from services.procurement.bids.bodies import BidBody
from services.procurement.bids.receipts import receipt_text
from services.procurement.bids.refusals import NotAnOpeningOfficer
from services.procurement.tenders.files import TENDER_FILES, FileRow
from services.procurement.tenders.reading import Reader, Tenders, judges, parties
from services.procurement.tenders.refusals import BidsStillSealed, EvaluatorInterested
from services.procurement.tenders.views import BidLine, TenderRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.proofs.notes import signed
from shared.published.terms import TextRef
from shared.running.receipts import receipt_signer
from shared.running.running import House
from shared.sealing.envelopes import parse
from shared.sealing.keys import from_base64, in_base64, panel

router = Router(prefix="/v1/tenders", tags=["bids"])

Files = Annotated[ViewStore[FileRow], rows(TENDER_FILES)]
Officer = Annotated[Actor, allowed("bids:open", "member", "procuring", "bidder", of=parties)]


class Key(BaseModel):
    """An opening officer and their public key, empty until it is registered."""

    officer: str
    public: str


class Keys(BaseModel):
    """What bids are sealed to. `panel` is the fingerprint of all keys, empty until all are there;
    bidders compare it with the one the officers told them by another way.
    """

    tender: str
    keys: list[Key]
    panel: str


class SealedReceipt(BaseModel):
    """A signed note (c2sp.org/signed-note); its last line has the hash of the envelope."""

    note: str
    salt: str = ""
    salted: bool = False
    verifier: str


class Head(BaseModel):
    """What an officer makes their part of one bid from: the envelope without what is sealed."""

    bid: str
    head: str


async def row_of(tenders: ViewStore[TenderRow], tender: str) -> TenderRow:
    row = await tenders.get(tender)
    if row is None:
        raise Missing
    return row


@router.get("/{tender}/opening-keys")
async def read_opening_keys(tender: Id, tenders: Tenders, _: Reader) -> Keys:
    """The officers' public keys, which a bid is sealed to."""
    row = await row_of(tenders, tender)
    keys = [Key(officer=one.officer, public=one.public) for one in row.opening]
    whole = bool(keys) and all(one.public for one in keys)
    found = panel(from_base64(one.public) for one in keys) if whole else ""
    return Keys(tender=tender, keys=keys, panel=found)


@router.get("/{tender}/bids/{bid}/receipt")
async def read_bid_receipt(
    request: Request, tender: Id, bid: Id, tenders: Tenders, actor: Reader
) -> SealedReceipt:
    """The signed receipt of one's own bid. 404. 409: no-signing-key."""
    line = _line(await row_of(tenders, tender), bid)
    if line.provider != actor.agency or line.sealed_at is None or not line.envelope_sha256:
        raise Missing
    signer = receipt_signer(request)
    text = receipt_text(
        tender, bid, line.provider, line.sealed_at, line.envelope_bytes, line.envelope_sha256
    )
    return SealedReceipt(note=signed(text, [signer.sign(text)]), verifier=str(signer.verifier))


@router.get("/{tender}/heads")
async def list_heads(
    request: Request, tender: Id, tenders: Tenders, texts: Texts, actor: Officer
) -> list[Head]:
    """The heads of all envelopes for an opening officer, once the deadline has passed.

    403: not-an-opening-officer. 409: bids-still-sealed.
    """
    row = await row_of(tenders, tender)
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    if actor.person not in {one.officer for one in row.opening}:
        raise NotAnOpeningOfficer
    house: House = request.app.state.house
    if house.clock() <= row.bids_close_at:
        raise BidsStillSealed
    found: list[Head] = []
    for line in row.bids:
        raw = await opening.content_of(texts, line.offer) if line.offer else None
        if line.envelope_sha256 and raw is not None and row.status == "open":
            found.append(Head(bid=line.bid, head=in_base64(parse(raw).head())))
    return found


@router.get("/{tender}/bids/{bid}/offer")
async def read_offer(
    request: Request, tender: Id, bid: Id, tenders: Tenders, files: Files, texts: Texts,
    actor: Reader,
) -> BidBody:  # fmt: skip
    """What an opened bid says, to its bidder and to partners. 403: evaluator-interested.
    409: bids-still-sealed.
    """
    row = await row_of(tenders, tender)
    line = _line(row, bid)
    if line.provider != actor.agency and not judges(
        row, actor, await members_of(request, row.partnership)
    ):
        raise Missing
    file = await files.get(tender)
    if line.provider != actor.agency and file and file.declared.get(actor.person):
        raise EvaluatorInterested
    if row.status == "open" and (line.envelope_sha256 or line.provider != actor.agency):
        raise BidsStillSealed
    content = await opening.content_of(texts, line.offer or TextRef(text=UUID(bid), digest=""))
    if content is None:
        raise Missing
    return BidBody.model_validate_json(content)


def _line(row: TenderRow, bid: str) -> BidLine:
    line = next((line for line in row.bids if line.bid == bid), None)
    if line is None:
        raise Missing
    return line

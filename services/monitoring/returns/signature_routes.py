"""The doors of signatures and receipts: the provider's second person, and the house's own word."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel

from services.monitoring.heard import parties_of_contract, sees_all
from services.monitoring.returns.bodies import PeriodId, SignatureBody
from services.monitoring.returns.reads import Anyone, Reader, Returns, row_of
from services.monitoring.returns.receipts import receipt_note
from services.monitoring.returns.submission import sign
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Texts
from shared.http.routing import Router
from shared.running.receipts import receipt_signer

router = Router(prefix="/v1/returns", tags=["returns"])

Signatory = Annotated[Actor, allowed("returns:sign", "provider", of=parties_of_contract)]


class ReceiptKey(BaseModel):
    """The public key of receipts, as `name+key id+key`."""

    verifier: str


class SignedReceipt(BaseModel):
    """A signed note (c2sp.org/signed-note), and the salt its hash was made with, in hex: empty once
    what came has been erased.
    """

    note: str
    salt: str
    verifier: str


@router.get("/receipt-key")
async def read_receipt_key(request: Request, _: Anyone) -> ReceiptKey:
    """What receipts are verified with. 409: no-signing-key."""
    return ReceiptKey(verifier=str(receipt_signer(request).verifier))


@router.post("/{contract}/{period}/signature", status_code=201)
async def sign_return(
    request: Request,
    contract: Id,
    period: PeriodId,
    body: SignatureBody,
    handle: Handling,
    actor: Signatory,
) -> Accepted:
    """Sign the figures prepared, which hands them in. 403: maker-may-not-sign. 422:
    declaration-missing, return-has-errors, explanations-missing. 409: nothing-to-sign,
    not-the-latest-version, and what handing in or restating refuses.
    """
    return await sign(request, handle, actor, contract, period, body)


@router.get("/{contract}/{period}/receipt/{version}")
async def read_receipt(
    request: Request,
    contract: Id,
    period: PeriodId,
    version: Annotated[int, Path(ge=1, le=10_000)],
    returns: Returns,
    texts: Texts,
    actor: Reader,
) -> SignedReceipt:
    """The signed receipt of one version, for the provider and the contract manager. 404.
    409: no-signing-key.
    """
    row = await row_of(returns, contract, period)
    found = next((one for one in row.standing.versions if one.version == version), None)
    if found is None or not sees_all(actor, row.provider, row.commissioner):
        raise Missing
    signer = receipt_signer(request)
    salt = await texts.salt(found.content.text) if found.content else b""
    return SignedReceipt(
        note=receipt_note(signer, contract, period, found),
        salt=salt.hex(),
        verifier=str(signer.verifier),
    )

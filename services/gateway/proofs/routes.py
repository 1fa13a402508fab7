"""The doors of proofs: checkpoints and who signed them, inclusion, consistency, seals, bundles."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from services.gateway.ledgers.routes import Reader, parties
from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.proofs import cosigning
from services.gateway.proofs.bodies import (
    BalanceRead,
    CheckpointRead,
    ConsistencyRead,
    Cosign,
    CosignatureRead,
    InclusionRead,
    KeyRead,
    KeysRead,
    ProofsRead,
    RegisterKey,
    SealPeriod,
    SealRead,
)
from services.gateway.proofs.keeper import Keeper
from services.gateway.proofs.reading import KeptSeal, Proofs
from services.gateway.proofs.signing import SignedCheckpoint, latest
from services.gateway.proofs.tree import hashes
from shared.eventsourcing.commands import Invalid, Missing, Refused
from shared.http.bodies import Id
from shared.http.handling import Handle, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Listed
from shared.http.routing import Router
from shared.proofs import verify
from shared.running.running import House

router = Router(prefix="/v1/ledgers/{fund}/proofs", tags=["proofs"])
public = APIRouter(prefix="/v1/proofs", tags=["proofs"])

MOST_LINES = 2**53
Writer = Annotated[Actor, allowed("funds:write", "member", of=parties)]
Cosigner = Annotated[Actor, allowed("proofs:cosign", "member", of=parties)]
Size = Annotated[int, Query(ge=0, le=MOST_LINES)]
Number = Annotated[int, Query(ge=0, le=MOST_LINES, description="`next` of the page before")]


class NotSignedYet(Refused):
    """No signed checkpoint reaches so far yet; one is signed every day, or have one signed now."""

    code = "not-signed-yet"


def keeper_of(request: Request) -> Keeper:
    return request.app.state.keeper


def proofs_of(request: Request) -> Proofs:
    house: House = request.app.state.house
    return Proofs(house.pool)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def asked(actor: Actor, handle: Handle) -> cosigning.Request:
    return cosigning.Request(
        agency=actor.agency,
        person=actor.person,
        command_id=handle.command_id(actor),
        digest=handle.digest,
        now=handle.now(),
    )


def _key(key: cosigning.AgencyKey) -> KeyRead:
    return KeyRead.model_validate(msgspec.structs.asdict(key))


def _cosignature(one: cosigning.Cosignature) -> CosignatureRead:
    return CosignatureRead(
        agency=one.agency,
        verifier=one.verifier,
        signature=one.line,
        given_by=one.given_by,
        given_at=one.given_at,
    )


def _checkpoint(checkpoint: SignedCheckpoint, given: list[cosigning.Cosignature]) -> CheckpointRead:
    return CheckpointRead(
        size=checkpoint.size,
        root=_base64(checkpoint.root),
        signed_at=checkpoint.signed_at,
        note=cosigning.full_note(checkpoint, given),
        cosignatures=[_cosignature(one) for one in given if one.size == checkpoint.size],
    )


async def _shown(proofs: Proofs, checkpoint: SignedCheckpoint) -> CheckpointRead:
    given = await proofs.cosigning.under(checkpoint.fund, [checkpoint.size])
    return _checkpoint(checkpoint, given)


@router.get("")
async def read_proofs(request: Request, fund: Id, _: Reader) -> ProofsRead:
    """Where a fund's proofs stand: its tree, its last checkpoint, who signed.

    409: no-signing-key.
    """
    keeper, house = keeper_of(request), request.app.state.house
    head = await keeper.trees.head(fund)
    keys = keeper.signing.keys_of(fund, head.turn if head else 1)
    last = await latest(house.pool, fund)
    compared = await house.pool.fetchval(
        "select true from proofs.compared where view = $1", house.stores[FUND_BOOKS.name].name
    )
    return ProofsRead(
        origin=keys[0].name,
        size=head.size if head else 0,
        compared=bool(compared),
        keys=[str(key.verifier) for key in keys],
        checkpoint=await _shown(proofs_of(request), last) if last else None,
    )


@router.get("/keys")
async def read_proof_keys(request: Request, fund: Id, _: Reader) -> KeysRead:
    """The keys under this fund's checkpoints. 409: no-signing-key."""
    keys = await keeper_of(request).signing.verifiers(fund)
    agencies = await proofs_of(request).cosigning.keys(fund)
    return KeysRead(ledger=list(map(str, keys)), agencies=list(map(_key, agencies)))


@router.post("/keys", status_code=201)
async def register_key(
    request: Request, fund: Id, body: RegisterKey, handle: Handling, actor: Writer
) -> KeyRead:
    """Register a key under which the caller's agency co-signs this fund's checkpoints.

    409: verifier-key-known. 422: verifier-key-unreadable, verifier-key-of-another.
    """
    keys = proofs_of(request).cosigning
    return _key(await keys.register(fund, body.verifier, asked(actor, handle)))


@router.post("/keys/{key_id}/retire", status_code=201)
async def retire_key(
    request: Request, fund: Id, key_id: Id, handle: Handling, actor: Writer
) -> KeyRead:
    """Take no more signatures of one of the agency's keys; those it gave stay."""
    keys = proofs_of(request).cosigning
    return _key(await keys.retire(fund, key_id, asked(actor, handle)))


@router.get("/checkpoints")
async def list_checkpoints(
    request: Request,
    fund: Id,
    _: Reader,
    after: Number = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Listed[CheckpointRead]:
    """Every checkpoint, the oldest first, with its co-signatures."""
    proofs = proofs_of(request)
    found = await proofs.checkpoints(fund, after, limit + 1)
    page = found[:limit]
    given = await proofs.cosigning.under(fund, [one.size for one in page])
    more = str(page[-1].size) if len(found) > limit else None
    return Listed(items=[_checkpoint(one, given) for one in page], next=more)


@router.post("/checkpoints", status_code=201)
async def sign_checkpoint(
    request: Request, fund: Id, handle: Handling, _: Writer
) -> CheckpointRead:
    """Have the fund's tree signed as it is now, not only at the end of the day.

    409: no-signing-key, nothing-posted, origin-changed, tree-damaged.
    """
    del handle  # asked again, the checkpoint there is of that size answers
    keeper = keeper_of(request)
    await keeper.tend()
    return await _shown(proofs_of(request), await keeper.signing.sign(fund))


@router.get("/checkpoints/{size}")
async def read_checkpoint(request: Request, fund: Id, size: int, _: Reader) -> CheckpointRead:
    """The checkpoint of a size."""
    proofs = proofs_of(request)
    return await _shown(proofs, await proofs.checkpoint(fund, _within(size)))


@router.get(
    "/checkpoints/{size}/note",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def read_note(request: Request, fund: Id, size: int, _: Reader) -> Response:
    """The signed note of a checkpoint with every co-signature, to be kept as it is."""
    proofs = proofs_of(request)
    shown = await _shown(proofs, await proofs.checkpoint(fund, _within(size)))
    name = f"checkpoint-{fund}-{size}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(shown.note, media_type="text/plain; charset=utf-8", headers=headers)


@router.post("/checkpoints/{size}/cosignatures", status_code=201)
async def cosign_checkpoint(
    request: Request, fund: Id, size: int, body: Cosign, handle: Handling, actor: Cosigner
) -> CosignatureRead:
    """Add the agency's signature to a checkpoint, made with a key it has registered.

    409: verifier-key-not-registered, signature-wrong. 422: signature-unreadable.
    """
    proofs = proofs_of(request)
    checkpoint = await proofs.checkpoint(fund, _within(size))
    given = await proofs.cosigning.cosign(checkpoint, body.signature, asked(actor, handle))
    return _cosignature(given)


@router.get("/postings/{number}")
async def prove_posting(
    request: Request,
    fund: Id,
    number: int,
    _: Reader,
    size: Annotated[Size | None, Query(description="of a checkpoint; without: the latest")] = None,
) -> InclusionRead:
    """That a line of the journal is in a signed tree. 409: not-signed-yet."""
    proofs = proofs_of(request)
    if size is None:
        checkpoint = await latest(request.app.state.house.pool, fund)
    else:
        checkpoint = await proofs.checkpoint(fund, size)
    trees = keeper_of(request).trees
    if checkpoint is None or checkpoint.size < number:
        head = await trees.head(fund)
        raise NotSignedYet if head and number <= head.size else Missing
    found = await trees.included(fund, _within(number), checkpoint.size)
    if found is None:
        raise Missing
    return InclusionRead(
        number=number,
        posting=found.posting.decode(),
        leaf_hash=_base64(found.hash),
        size=checkpoint.size,
        root=_base64(checkpoint.root),
        path=list(map(_base64, found.path)),
        note=checkpoint.note,
    )


@router.get("/consistency")
async def prove_consistency(
    request: Request, fund: Id, _: Reader, earlier: Size, later: Size
) -> ConsistencyRead:
    """That the tree only grew from one size to another. 409: not-signed-yet. 422: invalid."""
    if earlier > later:
        raise Invalid("The earlier size is the smaller one.", pointer="/query/earlier")
    pool = request.app.state.house.pool
    last = await latest(pool, fund)
    if last is None or last.size < later:
        raise NotSignedYet
    before, after = await hashes(pool, fund, [(0, earlier), (0, later)])
    path = await keeper_of(request).trees.consistency(fund, earlier, later)
    return ConsistencyRead(
        earlier=earlier,
        earlier_root=_base64(before),
        later=later,
        later_root=_base64(after),
        path=list(map(_base64, path)),
    )


def _seal(seal: KeptSeal) -> SealRead:
    return SealRead(period=seal.period, size=seal.size, made_at=seal.made_at, note=seal.note)


@router.get("/seals")
async def list_seals(request: Request, fund: Id, _: Reader) -> Listed[SealRead]:
    """Every seal over the balances of a quarter or year, the oldest first."""
    return Listed(items=[_seal(one) for one in await proofs_of(request).seals(fund)])


@router.post("/seals", status_code=201)
async def seal_period(
    request: Request, fund: Id, body: SealPeriod, handle: Handling, _: Writer
) -> SealRead:
    """Seal a period's balances as they are now, and sign the tree they come from.

    409: no-signing-key, nothing-posted, origin-changed, tree-damaged. 422: no-sealed-period.
    """
    del handle  # asked again before anything was posted, the seal there is answers
    keeper = keeper_of(request)
    await keeper.tend()
    size = await keeper.signing.seal(fund, body.period)
    return _seal(await proofs_of(request).seal(fund, body.period, size))


@router.get("/seals/{period}/balance")
async def prove_balance(
    request: Request,
    fund: Id,
    period: Id,
    _: Reader,
    account: Annotated[str, Query(max_length=300)],
    size: Annotated[Size | None, Query(description="of the seal; without: the latest")] = None,
) -> BalanceRead:
    """That an account had a balance, without showing any other."""
    proofs = proofs_of(request)
    seal = await proofs.seal(fund, period, size)
    found = await proofs.balance(seal, account)
    return BalanceRead(
        period=seal.period,
        size=seal.size,
        account=account,
        balance_pence=found.balance.balance_pence,
        leaf=found.leaf.decode(),
        place=found.place,
        balances=found.balances,
        path=list(map(_base64, found.path)),
        note=seal.note,
    )


@router.get(
    "/bundle",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}},
)
async def export_bundle(request: Request, fund: Id, _: Reader) -> StreamingResponse:
    """All an auditor needs to check the fund's books offline, up to the last checkpoint.

    JSON, one record a line. 409: not-signed-yet, no-signing-key.
    """
    last = await latest(request.app.state.house.pool, fund)
    if last is None:
        raise NotSignedYet
    keys = await keeper_of(request).signing.verifiers(fund)
    return StreamingResponse(
        proofs_of(request).bundle(fund, keys, last),
        media_type="application/jsonl",
        headers={"Content-Disposition": f'attachment; filename="proof-{fund}-{last.size}.jsonl"'},
    )


def _within(number: int) -> int:
    """Raises Missing for a number that no line could have."""
    if not 0 < number <= MOST_LINES:
        raise Missing
    return number


@public.get("/keys/{fund}")
async def read_public_keys(request: Request, fund: Id) -> list[str]:
    """The house's public keys under a fund's name, whether or not there is such a fund.

    409: no-signing-key.
    """
    return list(map(str, await keeper_of(request).signing.verifiers(fund)))


@public.get("/verify.py", response_class=Response)
async def read_verifier() -> Response:
    """The program that checks a bundle offline: Python's standard library and `cryptography`."""
    program = await asyncio.to_thread(Path(verify.__file__).read_bytes)
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    return Response(program, media_type="text/x-python; charset=utf-8", headers=headers)

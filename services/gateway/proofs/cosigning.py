"""Co-signatures: which keys an agency has registered for a fund, and what they have signed.

Law: a signature is kept only where it verifies, under a checkpoint of this house, with a key its
agency registered and has not retired. Who registered, retired or handed in is on record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from services.gateway.proofs.signing import SignedCheckpoint
from shared.eventsourcing.commands import Invalid, Missing, NotPermitted, Refused
from shared.eventsourcing.handle import KeyReused
from shared.postgres.pool import Pool
from shared.proofs.notes import Unreadable, Verifier, opened, parse_signature, parse_verifier

_KEY = "fund, verifier, agency, registered_by, registered_at, retired_by, retired_at"


class KeyUnreadable(Invalid):
    """A verifier key is written name+id+key, as c2sp.org/signed-note says, and is of Ed25519."""

    code = "verifier-key-unreadable"


class KeyNameTaken(Invalid):
    """An agency's key is named by the agency's id, or begins with it and a slash."""

    code = "verifier-key-of-another"


class KeyKnown(Refused):
    """This key is registered for this fund already."""

    code = "verifier-key-known"


class SignatureUnreadable(Invalid):
    """Send one signature line of a signed note: dash, key name, signature in base64."""

    code = "signature-unreadable"


class SignatureOfNobody(Refused):
    """Your agency has registered no such key for this fund, or has retired it."""

    code = "verifier-key-not-registered"


class SignatureWrong(Refused):
    """The signature is not of this checkpoint's text; sign the text as it was served."""

    code = "signature-wrong"


class AgencyKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key under which an agency co-signs, and who brought it."""

    fund: str
    verifier: str
    agency: str
    registered_by: str
    registered_at: datetime
    retired_by: str | None = None
    retired_at: datetime | None = None


class Cosignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature line of an agency under a checkpoint, without its new line."""

    size: int
    agency: str
    verifier: str
    line: str
    given_by: str
    given_at: datetime


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, under which command and when."""

    agency: str
    person: str
    command_id: UUID
    digest: str
    now: datetime


def key_for(agency: str, told: str) -> Verifier:
    """Raises KeyUnreadable, KeyNameTaken."""
    try:
        verifier = parse_verifier(told)
    except Unreadable as error:
        raise KeyUnreadable(pointer="/verifier") from error
    if verifier.name != agency and not verifier.name.startswith(f"{agency}/"):
        raise KeyNameTaken(pointer="/verifier")
    return verifier


class Cosigning:
    """The agencies' keys and signatures, as they are kept."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keys(self, fund: str) -> list[AgencyKey]:
        records = await self._pool.fetch(
            f"select {_KEY} from proofs.agency_keys where fund = $1 order by registered_at", fund
        )
        return [_of(record, AgencyKey) for record in records]

    async def register(self, fund: str, told: str, asked: Request) -> AgencyKey:
        """Raises KeyUnreadable, KeyNameTaken, KeyKnown, KeyReused."""
        verifier = key_for(asked.agency, told)
        await self._once("agency_keys", asked)
        await self._pool.execute(
            "insert into proofs.agency_keys (fund, verifier, agency, registered_by,"
            " registered_at, command_id, request_hash) values ($1, $2, $3, $4, $5, $6, $7)"
            " on conflict do nothing",
            fund,
            str(verifier),
            asked.agency,
            asked.person,
            asked.now,
            asked.command_id,
            asked.digest,
        )
        record = await self._pool.fetchrow(
            f"select {_KEY} from proofs.agency_keys where command_id = $1", asked.command_id
        )
        if record is None:
            raise KeyKnown(pointer="/verifier")
        return _of(record, AgencyKey)

    async def retire(self, fund: str, key_id: str, asked: Request) -> AgencyKey:
        """Takes no more signatures of a key; those it gave stay. Raises Missing, NotPermitted."""
        [key] = [k for k in await self.keys(fund) if _id_of(k) == key_id] or [None]
        if key is None:
            raise Missing
        if key.agency != asked.agency:
            raise NotPermitted
        record = await self._pool.fetchrow(
            "update proofs.agency_keys set retired_by = coalesce(retired_by, $3),"
            " retired_at = coalesce(retired_at, $4) where fund = $1 and verifier = $2"
            f" returning {_KEY}",
            fund,
            key.verifier,
            asked.person,
            asked.now,
        )
        return _of(record, AgencyKey)

    async def cosign(self, checkpoint: SignedCheckpoint, told: str, asked: Request) -> Cosignature:
        """Keeps an agency's signature; sent again, the one there is.

        Raises SignatureUnreadable, SignatureOfNobody, SignatureWrong, KeyReused.
        """
        line = told.removesuffix("\n")
        try:
            signature = parse_signature(line)
        except Unreadable as error:
            raise SignatureUnreadable(pointer="/signature") from error
        await self._once("cosignatures", asked)
        verifier = await self._registered(checkpoint.fund, asked.agency, signature.key_id)
        text, _ = opened(checkpoint.note)
        if not verifier.has_signed(text, signature):
            raise SignatureWrong(pointer="/signature")
        await self._pool.execute(
            "insert into proofs.cosignatures values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            " on conflict do nothing",
            checkpoint.fund,
            checkpoint.size,
            str(verifier),
            asked.agency,
            line,
            asked.person,
            asked.now,
            asked.command_id,
            asked.digest,
        )
        found = await self.under(checkpoint.fund, [checkpoint.size])
        return next(one for one in found if one.verifier == str(verifier))

    async def under(self, fund: str, sizes: list[int]) -> list[Cosignature]:
        """The co-signatures under checkpoints, in the order they were given."""
        records = await self._pool.fetch(
            "select size, agency, verifier, line, given_by, given_at from proofs.cosignatures"
            " where fund = $1 and size = any($2) order by size, given_at, verifier",
            fund,
            sizes,
        )
        return [_of(record, Cosignature) for record in records]

    async def _registered(self, fund: str, agency: str, key_id: bytes) -> Verifier:
        for key in await self.keys(fund):
            verifier = parse_verifier(key.verifier)
            usable = key.agency == agency and key.retired_at is None
            if usable and verifier.key_id == key_id:
                return verifier
        raise SignatureOfNobody(pointer="/signature")

    async def _once(self, table: str, asked: Request) -> None:
        """Raises KeyReused where the command's key came with another body before."""
        known = await self._pool.fetchval(
            f"select request_hash from proofs.{table} where command_id = $1", asked.command_id
        )
        if known not in (None, asked.digest):
            raise KeyReused


def _id_of(key: AgencyKey) -> str:
    return parse_verifier(key.verifier).key_id.hex()


def _of(record: asyncpg.Record | None, kind: Any) -> Any:
    return msgspec.convert(dict(record or {}), kind)


def full_note(checkpoint: SignedCheckpoint, given: list[Cosignature]) -> str:
    """The note with the signature lines of the agencies that co-signed it."""
    lines = [f"{one.line}\n" for one in given if one.size == checkpoint.size]
    return checkpoint.note + "".join(lines)

"""Accepting that a source was restored to before this service's place in it: a person's decision.

What reacts goes back to where the restore began, so that nothing new is taken for known; what it
had done for events that are no more is listed. Views are rebuilt afterwards, by their own door.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import httpx
from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared.eventsourcing.commands import Missing, Refused
from shared.eventsourcing.incarnations import (
    Orphan,
    first_other_of,
    forget_from,
    orphans,
    put_back,
)
from shared.eventsourcing.sources import Page, PublishedLog
from shared.eventsourcing.subscriptions import Checkpoint, Follower, Restorable
from shared.http.bodies import Body, Id, Title
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.postgres.pool import Connection
from shared.running.running import House

router = APIRouter(prefix="/v1/operations", tags=["operations"])

Reader = Annotated[Actor, allowed("operations:read")]
Writer = Annotated[Actor, allowed("operations:write")]


class SourceUnavailable(Refused):
    """The source does not answer, and only it can say what it no longer has; try again."""

    code = "source-unavailable"


class Acceptance(Body):
    """Why the restored source is taken as it is."""

    reason: Title


class PutBack(BaseModel):
    """A reaction, relay or writer that hears a source again from an earlier number."""

    subscriber: str
    was_at: int
    now_at: int


class OrphanedEffect(BaseModel):
    """An event of this log that a reaction made of an event its source no longer has."""

    source: str
    reaction: str
    event: UUID
    cause: UUID
    stream: str
    version: int
    type: str
    recorded_at: datetime


class EpochAccepted(BaseModel):
    """What followed; `rebuild` names the views that still have to be rebuilt."""

    put_back: list[PutBack]
    orphans: list[OrphanedEffect]
    rebuild: list[str]


@router.post("/epochs/{source}/acceptance")
async def accept_epoch(
    request: Request, source: Id, body: Acceptance, actor: Writer
) -> EpochAccepted:
    """Takes a restored source as it is now; on record with person and reason.

    Safe to repeat: who is not ahead of the source stays where they are. 404 for a source that is
    not heard here. 409: source-unavailable.
    """
    house: House = request.app.state.house
    if source not in house.followers:
        raise Missing
    reactions = [r for r in house.reactions.values() if r.reaction.source == source]
    on_record = (actor.person, body.reason, house.clock())
    async with house.pool.acquire() as connection:
        try:
            names = [one.name for one in reactions]
            found = await orphans(connection, house.sources[source], names)
            page = await house.sources[source].read(0, 1, 0.0)
        except httpx.HTTPError as error:
            raise SourceUnavailable from error
        async with connection.transaction():
            await _record(connection, source, found, house.clock())
            back = [await _back(connection, one.name, source, page, on_record) for one in reactions]
            for one in (one for heard, one in house.subscribers if heard == source):
                put = await _back(connection, one.name, source, page, on_record)
                if put is not None and isinstance(one, Restorable):
                    await one.forget_from(connection, source, put.now_at + 1)
                back.append(put)
            if source == house.plan.name and house.relays:
                told = await PublishedLog(house.log).read(0, 1, 0.0)
                back += [
                    await _back(connection, where.subscriber, source, told, on_record)
                    for where in house.relaying()
                ]
    for follower in _followers(house, source):
        await follower.forget()
    return EpochAccepted(
        put_back=[one for one in back if one is not None],
        orphans=[_effect(source, one) for one in found],
        rebuild=[
            store.view.name
            for store in house.stores.values()
            if store.view.source == source
            and first_other_of(await store.checkpoint(source), page) is not None
        ],
    )


@router.get("/orphans")
async def list_orphans(request: Request, _: Reader) -> list[OrphanedEffect]:
    """Effects in this log whose cause is gone, as the last acceptance of each source found them."""
    house: House = request.app.state.house
    records = await house.pool.fetch(
        "select source, reaction, event_id as event, cause, stream, version, type, recorded_at"
        " from kept.orphans order by source, recorded_at, stream, version"
    )
    return [OrphanedEffect(**dict(record)) for record in records]


def _followers(house: House, source: str) -> list[Follower]:
    own = house.relays if source == house.plan.name else []
    return [house.followers[source], *own]


async def _record(connection: Connection, source: str, found: list[Orphan], now: datetime) -> None:
    """Keeps what is orphaned now; what has its cause again, is so no more."""
    await connection.execute(
        "delete from kept.orphans where source = $1 and event_id <> all($2::uuid[])",
        source,
        [one.event_id for one in found],
    )
    await connection.executemany(
        "insert into kept.orphans values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " on conflict do nothing",
        [
            (one.event_id, source, one.reaction, one.cause, one.stream, one.version, one.type,
             one.recorded_at, now)
            for one in found
        ],
    )  # fmt: skip


async def _back(
    connection: Connection,
    subscriber: str,
    source: str,
    page: Page,
    on_record: tuple[str, str, datetime],
) -> PutBack | None:
    """Puts a subscriber back to before the restore, where it is beyond; its place is held."""
    record = await connection.fetchrow(
        "select epoch, number from kept.checkpoints where subscriber = $1 and source = $2"
        " for update",
        subscriber,
        source,
    )
    at = Checkpoint(*record) if record else Checkpoint(0, 0)
    first = first_other_of(at, page)
    if first is None:
        return None
    person, reason, now = on_record
    await forget_from(connection, subscriber, subscriber, source, first)
    await put_back(connection, subscriber, source, at, first - 1)
    await connection.execute(
        "insert into kept.acceptances values ($1, $2, $3, $4, $5, $6, $7, $8)",
        subscriber, source, now, at.epoch, at.number, first - 1, person, reason,
    )  # fmt: skip
    return PutBack(subscriber=subscriber, was_at=at.number, now_at=first - 1)


def _effect(source: str, one: Orphan) -> OrphanedEffect:
    return OrphanedEffect(
        source=source,
        reaction=one.reaction,
        event=one.event_id,
        cause=one.cause,
        stream=one.stream,
        version=one.version,
        type=one.type,
        recorded_at=one.recorded_at,
    )

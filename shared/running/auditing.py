"""The audit of one service: whether its log is whole, and what each subscriber went through.

Read in one snapshot, from what was written with the work itself; nothing here mends anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared.eventsourcing.accounting import BLOCK, Span, as_bits, counted, unaccounted
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.sources import OwnLog
from shared.eventsourcing.subscriptions import Follower, Following
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.postgres.pool import Connection
from shared.running.running import House

router = APIRouter(prefix="/v1/operations", tags=["operations"])

Reader = Annotated[Actor, allowed("operations:read")]
Counting = Literal["position", "publication"]
MOST_SPANS = 100

_GAPS = """
select before + 1, number - 1 from (
    select number, lag(number, 1, 0::bigint) over (order by number) as before
    from (select {column} as number from log.events where {column} <= $1
          union all select $1 + 1) as numbers
) as pairs where number > before + 1 order by 1 limit $2
"""
_PLACES = """
select c.subscriber, c.source, c.epoch, c.number, coalesce(a.first, 1) as first
from kept.checkpoints c left join kept.accounting a using (subscriber, source)
"""
_BLOCKS = """
select block, bits, last_event from kept.accounted
where subscriber = $1 and source = $2 order by block
"""


class Numbers(BaseModel):
    """Consecutive numbers, both ends among them."""

    first: int
    last: int


class LogAudit(BaseModel):
    """Whether a log has every number up to its head; `holes` names at most a hundred spans."""

    head: int
    missing: int
    holes: list[Numbers]


class Account(BaseModel):
    """What one subscriber has gone through of one source.

    Before `accounted_from` nothing was kept. `unaccounted` numbers lie between there and the
    checkpoint; `holes` names them, at most a hundred spans. Parked and skipped events are accounted
    for: `aside_unaccounted` counts those that are not. `last_event` is the one gone through last.
    """

    subscriber: str
    source: str
    counted_by: Counting
    epoch: int
    checkpoint: int
    accounted_from: int
    unaccounted: int
    holes: list[Numbers]
    parked: int
    skipped: int
    aside_unaccounted: int
    last_event: UUID | None
    stopped: str


class Audit(BaseModel):
    """A service's log and the accounts of all who hear something in it."""

    service: str
    positions: LogAudit
    publications: LogAudit
    accounts: list[Account]


class Standing(BaseModel):
    """Where an event lies in this service's log."""

    position: int
    publication: int | None


class Place(BaseModel):
    """A subscriber's checkpoint, and from where on it is accounted for."""

    epoch: int = 0
    number: int = 0
    first: int = 1


@router.get("/audit")
async def read_audit(request: Request, _: Reader) -> Audit:
    """What the log holds and what each subscriber has gone through; holes are named."""
    house: House = request.app.state.house
    async with (
        house.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        [head] = await connection.fetch("select position, publication from log.head")
        return Audit(
            service=house.plan.name,
            positions=await _log(connection, "position", head["position"]),
            publications=await _log(connection, "publication", head["publication"]),
            accounts=await accounts_of(
                connection,
                [*house.followers.values(), *house.relays],
                {store.name: store.view.name for store in house.stores.values()},
            ),
        )


async def accounts_of(
    connection: Connection, followers: Sequence[Follower], known_as: Mapping[str, str]
) -> list[Account]:
    """What the subscribers of some followers have gone through; `known_as` names who skips."""
    records = await connection.fetch(_PLACES)
    places = {
        (record["subscriber"], record["source"]): Place(
            epoch=record["epoch"], number=record["number"], first=record["first"]
        )
        for record in records
    }
    return [
        await _account(
            connection,
            where,
            "position" if isinstance(follower.source, OwnLog) else "publication",
            places.get((where.subscriber, where.source), Place()),
            known_as.get(where.subscriber, where.subscriber),
        )
        for follower in followers
        for where in follower.following()
    ]


@router.get("/events/{event}")
async def read_standing(request: Request, event: UUID, _: Reader) -> Standing:
    """Where an event of this log lies. 404 where the log does not have it."""
    house: House = request.app.state.house
    record = await house.pool.fetchrow(
        "select position, publication from log.events where event_id = $1", event
    )
    if record is None:
        raise Missing
    return Standing(position=record["position"], publication=record["publication"])


async def _log(connection: Connection, column: Counting, head: int) -> LogAudit:
    """Counts, which an index answers, and looks for the gaps only where the count is short."""
    there: int = await connection.fetchval(
        f"select count(*) from log.events where {column} <= $1", head
    )
    gaps = (
        await connection.fetch(_GAPS.format(column=column), head, MOST_SPANS)
        if (there < head)
        else []
    )
    return LogAudit(head=head, missing=head - there, holes=_named(Span(*gap) for gap in gaps))


async def _account(
    connection: Connection, where: Following, by: Counting, place: Place, skips_by: str
) -> Account:
    records = await connection.fetch(_BLOCKS, where.subscriber, where.source)
    blocks = {record["block"]: as_bits(record["bits"]) for record in records}
    spans = unaccounted(place.first, place.number, blocks)
    parked = await _numbers(connection, "parked", where.subscriber, where.source)
    skipped = await _numbers(connection, "skipped", skips_by, where.source)
    return Account(
        subscriber=where.subscriber,
        source=where.source,
        counted_by=by,
        epoch=place.epoch,
        checkpoint=place.number,
        accounted_from=place.first,
        unaccounted=counted(spans),
        holes=_named(spans[:MOST_SPANS]),
        parked=len(parked),
        skipped=len(skipped),
        aside_unaccounted=sum(
            not _is_set(blocks, number) for number in {*parked, *skipped} if number >= place.first
        ),
        last_event=records[-1]["last_event"] if records else None,
        stopped=where.stopped,
    )


async def _numbers(
    connection: Connection, table: str, subscriber: str, source: str
) -> Sequence[int]:
    records = await connection.fetch(
        f"select number from kept.{table} where subscriber = $1 and source = $2", subscriber, source
    )
    return [record[0] for record in records]


def _is_set(blocks: Mapping[int, int], number: int) -> bool:
    block, place = divmod(number, BLOCK)
    return bool(blocks.get(block, 0) >> place & 1)


def _named(spans: Iterable[Span]) -> list[Numbers]:
    return [Numbers(first=span.first, last=span.last) for span in spans]

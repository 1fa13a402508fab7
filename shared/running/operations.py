"""Operating a service: how far it has come, what is parked, rebuilding, the sandbox clock."""

from __future__ import annotations

import resource
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY
from pydantic import BaseModel, Field

from shared.eventsourcing.clock import ClockMovesForward
from shared.eventsourcing.commands import Missing, NotPermitted, Refused
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, Instant, Title
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.running.running import House
from shared.telemetry import figures

public = APIRouter(tags=["health"])
router = Router(prefix="/v1/operations", tags=["operations"])
sandbox = Router(prefix="/v1/sandbox", tags=["sandbox"])

Reader = Annotated[Actor, allowed("operations:read")]
Writer = Annotated[Actor, allowed("operations:write")]


class Where(BaseModel):
    """How far one subscriber has come in one source."""

    subscriber: str
    source: str
    number: int
    head: int
    stopped: str


class Progress(BaseModel):
    """How far a service has come; at rest, all is at its head and nothing is due."""

    service: str
    position: int
    publication: int
    due: int
    parked: int
    memory_bytes: int
    following: list[Where]
    relaying: list[Where] = []
    on_duty: bool = True


class ParkedKey(BaseModel):
    """A fold key that waits, and why."""

    subscriber: str
    source: str
    key: str
    number: int
    events: int
    reason: str


class RefusedCommand(BaseModel):
    """A command that nobody was waiting for, and that was refused."""

    origin: str
    stream: str
    command: str
    code: str
    detail: str


class Retry(Body):
    subscriber: Id
    source: Id
    key: Title


class Skip(Body):
    subscriber: Id
    source: Id
    number: Annotated[int, Field(ge=1, lt=2**63)]
    reason: Title


class ClockSetting(Body):
    now: Instant


class ClockReading(BaseModel):
    now: Instant


class ClockGoesBack(Refused):
    """The sandbox clock only moves forward."""

    code = "clock-moves-forward"


@public.get("/healthz")
async def health() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "up"}


@public.get("/readyz")
async def ready(request: Request) -> dict[str, str]:
    """Whether the service can work: it has its database and its tables."""
    await _house(request).pool.fetchval("select position from log.head")
    return {"status": "ready"}


def _house(request: Request) -> House:
    return request.app.state.house


def _memory_bytes() -> int:
    """The most memory this process has taken (its peak resident set)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@router.get("/progress")
async def read_progress(request: Request, _: Reader) -> Progress:
    """How far each view and reaction has come in the log it follows."""
    house = _house(request)
    head = await house.log.head()
    return Progress(
        service=house.plan.name,
        position=head.position,
        publication=head.publication,
        due=await house.ticker.waiting() if house.ticker else 0,
        parked=await house.pool.fetchval("select count(*) from kept.parked"),
        memory_bytes=_memory_bytes(),
        following=[Where(**where._asdict()) for where in house.following()],
        relaying=[Where(**where._asdict()) for where in house.relaying()],
        on_duty=house.duty.held,
    )


@router.get("/metrics", response_class=Response)
async def read_metrics(request: Request, _: Reader) -> Response:
    """Lag, parked events, deadlines due and HTTP figures, for Prometheus."""
    house = _house(request)
    records = await house.pool.fetch("select subscriber, count(*) from kept.parked group by 1")
    text = figures.exposition(
        [*house.following(), *house.relaying()],
        {record[0]: record[1] for record in records},
        await house.ticker.waiting() if house.ticker else 0,
        [REGISTRY],
    )
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@router.get("/parked")
async def list_parked(request: Request, _: Reader) -> list[ParkedKey]:
    """The fold keys that wait behind an event that could not be applied."""
    records = await _house(request).pool.fetch(
        "select distinct on (subscriber, source, fold_key) subscriber, source, fold_key as key,"
        " number, count(*) over (partition by subscriber, source, fold_key) as events, reason"
        " from kept.parked order by subscriber, source, fold_key, number"
    )
    return [ParkedKey(**dict(record)) for record in records]


@router.get("/refusals")
async def list_refusals(request: Request, _: Reader) -> list[RefusedCommand]:
    """What reactions and deadlines asked for and the rules refused, newest first."""
    records = await _house(request).pool.fetch(
        "select origin, stream, command, code, detail from kept.refusals"
        " order by refused_at desc limit 200"
    )
    return [RefusedCommand(**dict(record)) for record in records]


def _subscriber(house: House, name: str) -> Any:
    found = house.reactions.get(name) or house.stores.get(name)
    by_table = (store for store in house.stores.values() if store.name == name)
    others = (other for _, other in house.subscribers if other.name == name)
    found = found or next(by_table, None) or next(others, None)
    if found is None:
        raise Missing
    return found


@router.post("/parked/retry")
async def retry_parked(request: Request, body: Retry, _: Writer) -> dict[str, int]:
    """Applies a parked key's events again, in order; says how many went through."""
    subscriber = _subscriber(_house(request), body.subscriber)
    return {"applied": await subscriber.retry(body.source, body.key)}


@router.post("/parked/skip")
async def skip_parked(request: Request, body: Skip, actor: Writer) -> dict[str, bool]:
    """Gives up one parked event for this subscriber, on record; rebuilds skip it too.

    404: not-parked.
    """
    house = _house(request)
    subscriber = _subscriber(house, body.subscriber)
    await subscriber.skip(body.source, body.number, actor.person, body.reason, house.clock())
    return {"skipped": True}


@router.post("/views/{view}/rebuild")
async def rebuild_view(request: Request, view: Id, _: Writer) -> dict[str, int]:
    """Makes the view again from the first event, beside the live one; reads go on.

    409: rebuild-blocked.
    """
    house = _house(request)
    store = house.stores.get(view)
    if store is None:
        raise Missing
    at = await rebuild(store, house.pool, house.sources[store.view.source])
    await house.followers[store.view.source].forget()
    return {"number": at.number}


@router.get("/views/{view}/contents")
async def read_contents(request: Request, view: Id, _: Writer) -> dict[str, list[str]]:
    """Every row of a view as text, for comparing a rebuild; sandbox only, and the operator alone:
    here no agency's relation to an object is asked.
    """
    house = _house(request)
    store: ViewStore[Any] | None = house.stores.get(view)
    if store is None or not house.settings.sandbox:
        raise Missing
    return {part: list(rows) for part, rows in (await store.contents()).items()}


@sandbox.get("/clock")
async def read_clock(
    request: Request, _: Annotated[Actor, allowed("sandbox:write")]
) -> ClockReading:
    """What the sandbox takes for now."""
    return ClockReading(now=_house(request).clock())


@sandbox.put("/clock")
async def set_clock(
    request: Request, body: ClockSetting, _: Annotated[Actor, allowed("sandbox:write")]
) -> ClockReading:
    """Puts the sandbox clock forward and lets everything due happen. 409: clock-moves-forward."""
    house = _house(request)
    if not house.settings.sandbox:
        raise NotPermitted
    try:
        await house.set_clock(body.now)
    except ClockMovesForward as error:
        raise ClockGoesBack(str(error)) from error
    return ClockReading(now=house.clock())

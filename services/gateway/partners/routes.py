"""The door of partner logs: an agency's systems read its own, by long polling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from services.gateway.partners.logs import PartnerLogs
from services.gateway.partners.writer import SOURCES, PartnerWriter
from shared.eventsourcing.subscriptions import Subscriber
from shared.feed.serving import FEED, After, LastEventId, Limit, Seconds, answer, known
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.running.running import House

router = APIRouter(tags=["partner feed"])

Reader = Annotated[Actor, allowed("partner-feed:read")]


def subscribers(house: House) -> Sequence[tuple[str, Subscriber]]:
    """The writer of the agencies' logs; one for all four sources."""
    writer = PartnerWriter(house.pool)
    return [(source, writer) for source in SOURCES]


def partner_logs(house: House) -> PartnerLogs:
    """The agencies' logs of a running gateway, whose readers its writer wakes."""
    return next(s.logs for _, s in house.subscribers if isinstance(s, PartnerWriter))


@router.get("/v1/partner-feed", **FEED)
async def read_partner_feed(
    request: Request,
    actor: Reader,
    last_event_id: LastEventId = None,
    after: After = 0,
    limit: Limit = 1000,
    timeout: Seconds = 0,  # noqa: ASYNC109 - the feed's own word
) -> Response:
    """What the caller's agency may see, after `lastEventId` (or after a number), oldest first.

    `publication` is the event's number in this agency's log. With `timeout`, an empty answer waits
    that many seconds for an event. 409: unknown-event.
    """
    log = partner_logs(request.app.state.house).of(actor.agency)
    if last_event_id is not None:
        after = known(await log.number_of(last_event_id))
    return await answer(log, after, limit, timeout)


class WaitingKey(BaseModel):
    """Events of which it is not known whom they concern, until this is known."""

    key: str
    events: int


class LogsStanding(BaseModel):
    """How far each agency's log reaches, what waits, and how many webhooks have given up."""

    logs: dict[str, int]
    waiting: list[WaitingKey]
    failing_webhooks: int


@router.get("/v1/operations/partner-logs")
async def read_partner_logs(
    request: Request, _: Annotated[Actor, allowed("operations:read")]
) -> LogsStanding:
    """What there is to watch about the agencies' logs; numbers and ids alone."""
    house: House = request.app.state.house
    waiting = await house.pool.fetch(
        "select key, count(*) as events from partners.waiting group by key order by key limit 200"
    )
    return LogsStanding(
        logs=await partner_logs(house).heads(),
        waiting=[WaitingKey(**dict(record)) for record in waiting],
        failing_webhooks=await house.pool.fetchval(
            "select count(*) from partners.webhooks where status = 'failing'"
        ),
    )

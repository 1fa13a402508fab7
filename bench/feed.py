"""Reading a log from its beginning: in the process and over the HTTP feed, beside the library.

Law: what is timed ends with events as the code that reads them has them, meta data decoded.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from time import perf_counter

import httpx
from eventsourcing.postgres import PostgresApplicationRecorder
from fastapi import FastAPI

from bench import library, raw
from bench.ground import Ground
from bench.measuring import Contest, Tally, Wanted
from bench.serving import served
from shared.eventsourcing.postgres_log import PostgresLog
from shared.eventsourcing.sources import PublishedLog, Source
from shared.feed.hearing import HttpFeed
from shared.http.identity import Actor, Issuer, new_key, public_keys
from shared.http.permissions import scopes_of
from shared.postgres.pool import open_pool
from shared.running import app
from shared.running.running import Plan

EVENTS = 20_000
PAGE = 1_000
LIBRARY = "eventsourcing"
ROLES = frozenset({"service"})


def create_app() -> FastAPI:
    """A service that has a log and nothing else, told by its environment."""
    return app.create_from_environment(Plan(name="contracts"))


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    events = min(EVENTS, wanted.events)
    issuer = Issuer(new_key(), "https://issuer.test")
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(ground.database())
        await raw.fill(dsn, events)
        pool = await open_pool(dsn)
        stack.push_async_callback(pool.close)
        environment = {"TOKEN_KEYS": public_keys(issuer.key), "TOKEN_ISSUER": issuer.name}
        address = await stack.enter_async_context(
            served(
                "bench.feed:create_app",
                environment | {"DATABASE_URL": dsn},
                ground.home / "feed.log",
                "/readyz",
            )
        )
        client = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=address, headers={"Authorization": f"Bearer {_token(issuer)}"}
            )
        )
        recorder = await stack.enter_async_context(library.recorder(ground, 1))
        await library.in_thread(partial(_fill, recorder, events))
        sources: dict[str, Source] = {
            "in the process": PublishedLog(await PostgresLog.open("contracts", pool)),
            "over HTTP": HttpFeed("contracts", client),
        }
        for case, source in sources.items():
            beside = {LIBRARY: partial(library.in_thread, partial(_read_library, recorder))}
            await tally.hold(Contest(case, partial(read, source), beside))


def _token(issuer: Issuer) -> str:
    actor = Actor(client="bench", agency="bench", person="", roles=ROLES, scopes=scopes_of(ROLES))
    return issuer.token(actor, timedelta(hours=2))


async def read(source: Source) -> float:
    """Events a second, from the first to the last."""
    after = 0
    began = perf_counter()
    while envelopes := (await source.read(after, PAGE, 0.0)).envelopes:
        after = source.number(envelopes[-1])
    return after / (perf_counter() - began)


def _fill(recorder: PostgresApplicationRecorder, events: int) -> None:
    for _ in range(events // PAGE):
        recorder.insert_events(library.one_writer(PAGE))


def _read_library(recorder: PostgresApplicationRecorder) -> float:
    after = 0
    began = perf_counter()
    while found := recorder.select_notifications(after, PAGE, inclusive_of_start=False):
        after = found[-1].id
    return after / (perf_counter() - began)

"""One durable command over HTTP: registering a provider, beside a bare route with one insert.

Law: ours checks token, scope, partnership, idempotency key and version, and its views follow while
it is timed; the bare route does none of that.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from time import perf_counter
from uuid import uuid4

import msgspec

from bench.calling import Line, Refused
from bench.ground import Ground
from bench.measuring import Contest, Tally, Wanted
from bench.procuring import AGENCY
from bench.serving import served
from shared.http.identity import Actor, Issuer, new_key, public_keys
from shared.http.permissions import scopes_of

EACH = {1: 300, 16: 60}
WARM_UP = 50
BARE = "bare FastAPI route"
GOAL = 0.6
ROLES = frozenset({"procurement-officer"})


async def run(ground: Ground, tally: Tally, _: Wanted) -> None:
    issuer = Issuer(new_key(), "https://issuer.test")
    actor = Actor(client="bench", agency=AGENCY, person="p-1", roles=ROLES, scopes=scopes_of(ROLES))
    bearer = issuer.token(actor, timedelta(hours=2))
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(ground.database()) for _ in "ab"]
        environment = {"TOKEN_KEYS": public_keys(issuer.key), "TOKEN_ISSUER": issuer.name}
        ours = await stack.enter_async_context(
            served(
                "bench.procuring:create_app",
                environment | {"DATABASE_URL": databases[0]},
                ground.home / "procuring.log",
                "/readyz",
            )
        )
        bare = await stack.enter_async_context(
            served(
                "bench.bare:create_app",
                {"DATABASE_URL": databases[1]},
                ground.home / "bare.log",
                "/openapi.json",
            )
        )
        await until_accepted(ours, bearer)
        for address in (ours, bare):
            await commands(address, bearer, 1, WARM_UP)
        for callers, each in EACH.items():
            await tally.hold(
                Contest(
                    case=f"{callers} caller{'s' if callers > 1 else ''}",
                    ours=lambda n=callers, m=each: commands(ours, bearer, n, m),
                    yardsticks={BARE: lambda n=callers, m=each: commands(bare, bearer, n, m)},
                    goals={BARE: GOAL},
                    unit="commands/s",
                )
            )


async def commands(address: str, bearer: str, callers: int, each: int) -> float:
    """Commands a second: every caller awaits its answer before it sends the next."""

    async def call() -> None:
        async with Line(address, {"Authorization": f"Bearer {bearer}"}) as line:
            for _ in range(each):
                await line.post("/v1/providers", body(f"acorn-{uuid4().hex}"), str(uuid4()))

    began = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return callers * each / (perf_counter() - began)


async def until_accepted(address: str, bearer: str) -> None:
    """Waits until the service has heard of the partnership that the caller belongs to."""
    while True:
        try:
            await commands(address, bearer, 1, 1)
        except Refused:
            await asyncio.sleep(0.1)
        else:
            return


def body(provider: str) -> bytes:
    """What registers a provider."""
    return msgspec.json.encode(
        {
            "provider": provider,
            "name": "Acorn",
            "form": "third-sector",
            "small": True,
            "identifiers": {"GB-CHC": "1089464"},
        }
    )

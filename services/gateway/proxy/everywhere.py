"""What concerns all five services at once: their progress, and the sandbox clock."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.gateway.proxy.forwarding import Upstreams
from shared.eventsourcing.clock import ClockMovesForward
from shared.eventsourcing.commands import Missing, Refused
from shared.http.identity import Actor
from shared.http.permissions import Sessions, allowed
from shared.http.problems import Fault
from shared.running.operations import ClockReading, ClockSetting, Progress, read_progress
from shared.running.running import House

router = APIRouter(tags=["operations"])


class AllProgress(BaseModel):
    """How far each service has come; `unavailable` names those that did not answer."""

    services: list[Progress]
    unavailable: list[str]
    at_rest: bool


class ClockNotEverywhere(Refused):
    """Not every service took the time; the faults say which, and the others have it."""

    code = "clock-not-everywhere"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


Reader = Annotated[Actor, allowed("operations:read")]
ClockSetter = Annotated[Actor, allowed("sandbox:write")]


async def _asked(
    upstreams: Upstreams, method: str, path: str, bearer: str, body: Any = None
) -> dict[str, httpx.Response | None]:
    """Every other service's answer; None where there is none."""

    async def one(client: httpx.AsyncClient) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            return await client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError:
            return None

    answers = await asyncio.gather(*(one(client) for client in upstreams.values()))
    return dict(zip(upstreams, answers, strict=True))


@router.get("/v1/operations/all")
async def read_all_progress(request: Request, actor: Reader) -> AllProgress:
    """The progress of every service. At rest: all answered, all at their heads, nothing due."""
    house: House = request.app.state.house
    answers = await _asked(
        request.app.state.upstreams, "GET", "/v1/operations/progress", house.settings.service_token
    )
    services = [await read_progress(request, actor)]
    unavailable: list[str] = []
    for name, answer in answers.items():
        if answer is not None and answer.is_success:
            services.append(Progress.model_validate_json(answer.content))
        else:
            unavailable.append(name)
    at_rest = not unavailable and all(_at_rest(one, services) for one in services)
    return AllProgress(services=services, unavailable=sorted(unavailable), at_rest=at_rest)


def _at_rest(one: Progress, services: list[Progress]) -> bool:
    """Judged by the heads the sources tell themselves, since a follower may not know them yet."""
    heads = {
        service.service: service.position if service.service == one.service else service.publication
        for service in services
    }
    return one.due == 0 and all(
        where.number >= heads.get(where.source, where.head)
        for where in one.following
        if not where.stopped
    )


@router.put("/v1/sandbox/clock", include_in_schema=False)
async def set_every_clock(request: Request, body: ClockSetting, _: ClockSetter) -> ClockReading:
    """Puts the clock of all five services forward. 409: clock-not-everywhere.

    The caller's own right is what the other services judge.
    """
    house: House = request.app.state.house
    if not house.settings.sandbox:
        raise Missing
    sent = {"now": body.now.isoformat()}
    answers = await _asked(
        request.app.state.upstreams, "PUT", "/v1/sandbox/clock", await _bearer(request), sent
    )
    faults = [
        fault for name, answer in answers.items() if (fault := _fault(name, answer)) is not None
    ]
    try:
        await house.set_clock(body.now)
    except ClockMovesForward as error:
        faults.append(Fault(code="clock-moves-forward", pointer="/gateway", detail=str(error)))
    if faults:
        raise ClockNotEverywhere(faults)
    return ClockReading(now=house.clock())


async def _bearer(request: Request) -> str:
    given = request.headers.get("Authorization", "").partition(" ")[2]
    sessions: Sessions = request.app.state.sessions
    return given or await sessions.bearer(request)


def _fault(service: str, answer: httpx.Response | None) -> Fault | None:
    if answer is None:
        return Fault(code="service-unavailable", pointer=f"/{service}", detail="No answer.")
    if answer.is_success:
        return None
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    said: dict[str, Any] = answer.json() if is_problem else {}
    return Fault(
        code=said.get("code", "failed"),
        pointer=f"/{service}",
        detail=said.get("detail", f"It answered {answer.status_code}."),
    )

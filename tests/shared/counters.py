"""The smallest service there can be, for proving what all services rest on: things are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter
from msgspec.structs import replace

from shared.eventsourcing.commands import Command, Refused
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.events import Event, Published, Recorded
from shared.eventsourcing.handle import Step
from shared.eventsourcing.reactions import Reaction
from shared.eventsourcing.views import Row, View, subject_of
from shared.http.bodies import Body, Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.running.running import Plan


class Counted(Published, frozen=True, kw_only=True, tag="test.counted.v1"):
    amount: int


class Noted(Event, frozen=True, kw_only=True, tag="test.noted.v1"):
    """Something nobody else hears of."""

    note: int


class Expired(Published, frozen=True, kw_only=True, tag="test.expired.v1"):
    at: datetime


class Count(Command, frozen=True, kw_only=True):
    amount: int
    now: datetime


class Expire(Command, frozen=True, kw_only=True):
    now: datetime


class TooMuch(Refused):
    """No count may pass a thousand."""

    code = "too-much"


def decide(command: Count | Expire, total: int) -> Sequence[Event]:
    match command:
        case Count():
            if total + command.amount > 1000:
                raise TooMuch
            return [Counted(amount=command.amount), Noted(note=total)]
        case Expire():
            return [Expired(at=command.now)]


def evolve(total: int, event: Event) -> int:
    return total + event.amount if isinstance(event, Counted) else total


COUNTERS: Decider[Count | Expire, int, Event] = Decider(
    category="counter",
    initial=0,
    decide=decide,
    evolve=evolve,
    events=(Counted, Noted, Expired),
)


class CounterRow(Row, frozen=True, kw_only=True):
    total: int
    seen: tuple[int, ...] = ()
    expired_at: datetime | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    amount: int
    name: str | None
    parts: dict[str, int]


POISON = 666


def fold(
    row: CounterRow | None, recorded: Recorded
) -> CounterRow | tuple[CounterRow, Sequence[Line]] | None:
    row = row or CounterRow(total=0)
    match recorded.event:
        case Counted(amount=amount):
            if amount == POISON:
                raise ValueError("poison")
            after = CounterRow(total=row.total + amount, seen=(*row.seen, amount))
            return after, [Line(amount=amount, name=None, parts={"all": amount})]
        case Expired(at=at):
            return replace(row, expired_at=at)
        case _:
            return row


def totals(source: str) -> View[CounterRow]:
    return View(
        name="totals",
        source=source,
        row=CounterRow,
        events=(Counted, Expired),
        key=subject_of,
        fold=fold,
        emits=Line,
        history=True,
        indexes=("total",),
    )


def echo(recorded: Recorded) -> Sequence[Step]:
    """What is counted in one place is counted in another as well."""
    if not isinstance(recorded.event, Counted) or recorded.subject.startswith("echo"):
        return ()
    command = Count(amount=recorded.event.amount, now=recorded.recorded_at)
    return [Step(COUNTERS, f"echo-{recorded.subject}", command)]


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    match recorded.event:
        case Counted():
            return {"expire": recorded.recorded_at + timedelta(days=30)}
        case Expired():
            return {"expire": None}
        case _:
            return {}


def timely(name: str, now: datetime) -> Expire:
    assert name == "expire"
    return Expire(now=now)


class CountBody(Body):
    amount: int


router = APIRouter(prefix="/v1/counters")


@router.post("/{counter}/counts", status_code=201)
async def count(
    counter: Id,
    body: CountBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Count something. 409: too-much."""
    return await handle(actor, COUNTERS, counter, Count(amount=body.amount, now=handle.now()))


@router.post("/{counter}/crash", status_code=201)
async def crash(counter: Id, _: Annotated[Actor, allowed("needs:write")]) -> Accepted:
    """Fails, as nothing should."""
    raise RuntimeError(counter)


PLAN = Plan(
    name="counting",
    deciders=(COUNTERS,),
    views=(totals("counting"),),
    timed=(Timed(decider=COUNTERS, due=due, command=timely),),
    routers=(router,),
)
ECHO = Reaction(name="echo", source="counting", events=(Counted,), react=echo)

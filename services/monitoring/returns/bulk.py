"""Many returns in one request: each taken or refused by itself, by the rules of a single one.

Law: the request's key and an item's place name its command, so the same request again gives the
same answers, and one that broke off half-way is finished.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import Request
from pydantic import BaseModel, Field, ValidationError, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from services.monitoring.heard import parties_to
from services.monitoring.returns.bodies import PeriodId, ReturnBody
from services.monitoring.returns.submission import Asked, Handed, hand_in
from shared.eventsourcing.commands import Invalid, Refused
from shared.http.bodies import Body, Id
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.http.permissions import admit
from shared.http.problems import Fault, Problem, misshapen, told

MOST_ITEMS = 1000
AT_ONCE = 64  # what one group commit gathers


class ItemBody(ReturnBody):
    """A return with the contract and the period it is for."""

    contract: Id
    period: PeriodId


class Misshapen(BaseModel):
    """An item that is no return at all, and why."""

    problem: Problem


def _by_itself(value: Any, _: Any) -> ItemBody | Misshapen:
    """An item that cannot be read spoils no other."""
    try:
        return ItemBody.model_validate(value)
    except ValidationError as error:
        return Misshapen(problem=misshapen(error.errors(include_url=False, include_input=False)))


Item = Annotated[ItemBody | SkipJsonSchema[Misshapen], WrapValidator(_by_itself)]


class ManyBody(Body):
    """Returns, each on a contract and a period of its own."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ITEMS)]


class ItemTold(BaseModel):
    """What became of one item: the answer a single return would have had, or the problem."""

    index: int
    taken: Handed | None = None
    refused: Problem | None = None


class ManyTold(BaseModel):
    """What became of every item, in the order in which they were sent; in a dry run `taken` counts
    those that nothing is wrong with.
    """

    taken: int
    refused: int
    items: list[ItemTold]


class _Sent(msgspec.Struct):
    """The items byte for byte, since a receipt is of what came."""

    items: list[msgspec.Raw]


def sent_items(content: bytes) -> list[bytes]:
    """Each item as it was sent. Raises Invalid."""
    try:
        return [bytes(item) for item in msgspec.json.decode(content, type=_Sent).items]
    except msgspec.DecodeError as error:
        raise Invalid("The body is not plain JSON in UTF-8.", pointer="/body") from error


async def hand_in_many(
    request: Request, handle: Handle, actor: Actor, body: ManyBody, *, dry_run: bool
) -> ManyTold:
    """Hands every item in, side by side. Raises KeyReused and Invalid for the whole request."""
    contents = sent_items(await request.body())
    parts = await handle.parts(actor, len(body.items), MOST_ITEMS)
    free = asyncio.Semaphore(AT_ONCE)

    async def in_turn(same: Sequence[int]) -> list[ItemTold]:
        async with free:
            return [
                await _told(request, parts[n], actor, n, body.items[n], contents[n], dry_run)
                for n in same
            ]

    answers = await asyncio.gather(*(in_turn(same) for same in _by_return(body.items)))
    handle.reached(parts)
    items = sorted((one for some in answers for one in some), key=lambda one: one.index)
    taken = sum(one.taken is not None and not one.taken.problems for one in items)
    return ManyTold(taken=taken, refused=len(items) - taken, items=items)


def _by_return(items: Sequence[ItemBody | Misshapen]) -> list[list[int]]:
    """The places of the items by the return they are for: two of one return keep their order."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        key = (item.contract, item.period) if isinstance(item, ItemBody) else ("", str(n))
        places[key].append(n)
    return list(places.values())


async def _told(
    request: Request,
    handle: Handle,
    actor: Actor,
    index: int,
    item: ItemBody | Misshapen,
    content: bytes,
    dry_run: bool,
) -> ItemTold:
    if isinstance(item, Misshapen):
        return ItemTold(index=index, refused=_of_item(item.problem, index))
    asked = Asked(contract=item.contract, period=item.period, body=item, content=content)
    try:
        admit(actor, await parties_to(request, item.contract), frozenset({"provider"}))
        handed = await hand_in(request, handle, actor, asked, dry_run=dry_run)
    except Refused as refused:
        return ItemTold(index=index, refused=_of_item(told(refused), index))
    problems = [one | {"pointer": _within(one["pointer"], index)} for one in handed.problems]
    return ItemTold(index=index, taken=handed.model_copy(update={"problems": problems}))


def _of_item(problem: Problem, index: int) -> Problem:
    """A problem of one return as it reads in a body of many."""
    errors = [
        Fault(code=one.code, pointer=_within(one.pointer, index), detail=one.detail)
        for one in problem.errors
    ]
    return problem.model_copy(update={"errors": errors})


def _within(pointer: str, index: int) -> str:
    """`/body/readings/0` of the fifth item is `/body/items/4/readings/0`."""
    return f"/body/items/{index}{pointer.removeprefix('/body')}"

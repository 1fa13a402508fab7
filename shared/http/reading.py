"""Reading views over HTTP: which rows, from which page, and not before one's own write shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from shared.eventsourcing.commands import Invalid, Refused
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import View
from shared.texts.store import TextStore

T = TypeVar("T")
WAIT_SECONDS = 3.0
MOST_DIGITS = 18


class Listed(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, if there is one."""

    items: list[T]
    next: str | None = None


class Cursor(BaseModel):
    """Where a page begins and how long it may be."""

    after: str
    limit: int

    def page(self, items: Mapping[str, T]) -> Listed[T]:
        """The page of rows read with `limit + 1`: one more than asked shows that more follow."""
        keys = list(items)[: self.limit]
        more = len(items) > self.limit
        return Listed(items=[items[key] for key in keys], next=keys[-1] if more and keys else None)


async def _cursor(
    after: Annotated[
        str,
        Query(max_length=200, pattern=r"^[^\x00-\x1f]*$", description="`next` of the page before"),
    ] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Cursor:
    return Cursor(after=after, limit=limit)


Paging = Annotated[Cursor, Depends(_cursor)]


class ViewBehind(Refused):
    """The view has not caught up with your own write yet; try again."""

    code = "view-behind"


def parse_position(header: str) -> dict[str, tuple[int, int]]:
    """`contracts=1042/388, needs=7/3` as {service: (position, publication)}. Raises Invalid."""
    found: dict[str, tuple[int, int]] = {}
    for part in filter(None, (item.strip() for item in header.split(","))):
        service, _, numbers = part.partition("=")
        position, _, publication = numbers.partition("/")
        if not all(n.isdecimal() and len(n) <= MOST_DIGITS for n in (position, publication)):
            raise Invalid("Log-Position is not readable", pointer="/header/Log-Position")
        found[service] = (int(position), int(publication))
    return found


async def wait_for_own_write(request: Request) -> None:
    """Before a read: waits until the views have what the sent Log-Position names.

    Raises Invalid, ViewBehind.
    """
    header = request.headers.get("Log-Position", "")
    if request.method != "GET" or not header:
        return
    house = request.app.state.house
    for service, (position, publication) in parse_position(header).items():
        number = position if service == house.plan.name else publication
        if not await house.reached(service, number, WAIT_SECONDS):
            raise ViewBehind


def rows(view: View[Any]) -> Any:
    """The dependency that gives a route the store of a view."""

    def of(request: Request) -> ViewStore[Any]:
        return request.app.state.house.stores[view.name]

    return Depends(of)


def _texts(request: Request) -> TextStore:
    return request.app.state.house.texts


Texts = Annotated[TextStore, Depends(_texts)]
"""The service's text store, for routes that show a text to those entitled to it."""

"""Pages anyone may open: signing in, and whose work we ship."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.files import notices
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import MaybeVisit
from services.gateway.sign_in.persons import AGENCIES, PERSONS

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def show_sign_in(
    request: Request, next: Annotated[str, Query(max_length=2_000)] = "/"
) -> HTMLResponse:
    """Choose a demo person; outside a sandbox there are none."""
    in_sandbox = request.app.state.house.settings.sandbox
    return page(
        request, "sign_in.html", title="Sign in", next=next,
        agencies=demo_persons() if in_sandbox else [],
    )  # fmt: skip


def demo_persons() -> list[tuple[str, list[dict[str, Any]]]]:
    """Everyone one can be, agency by agency; the first is chosen already."""
    first = next(iter(PERSONS))
    return [
        (
            AGENCIES.get(agency, agency),
            [one._asdict() | {"first": one.person == first} for one in persons],
        )
        for agency, persons in groupby(PERSONS.values(), key=lambda one: one.agency)
    ]


@router.get("/about/notices")
async def show_licences(request: Request, visitor: MaybeVisit) -> HTMLResponse:
    """What the pages are made with, and its licences."""
    return page(
        request, "licences.html", visitor=visitor, title="Licences", shipped=notices()
    )  # fmt: skip

"""What pages are drawn with: the style sheet, the scripts, and whose work they are.

Law: only what set-up built and noticed is served, and modules of our own as they are written; the
address of a built file changes with its content.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from shared.eventsourcing.commands import Missing

FOLDER = Path(__file__).parent / "assets"
SCRIPTS = Path(__file__).parent / "scripts"
A_YEAR = "public, max-age=31536000, immutable"

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32"'
    ' rx="5" fill="#5f2167"/><path d="M4 24C12 24 10 8 17 8s5 14 11 14" fill="none"'
    ' stroke="#f3c744" stroke-width="4" stroke-linecap="round"/></svg>'
)

router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def notices() -> tuple[dict[str, Any], ...]:
    """What is shipped: file, package, version, licence and sum."""
    return tuple(msgspec.json.decode((FOLDER / "NOTICES.json").read_bytes()))


def versioned(name: str) -> str:
    """The address of a file, its content's sum in it."""
    sums = {notice["file"]: notice["sha256"] for notice in notices()}
    return f"/assets/{name}?v={sums[name][:12]}"


@router.get("/icon.svg")
async def read_icon() -> Response:
    """The sign of these pages in a browser's tab."""
    return Response(ICON, media_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


@router.get("/assets/{name}")
async def read_asset(name: str) -> FileResponse:
    """A file the pages are drawn with. 404: not-found."""
    if name not in {notice["file"] for notice in notices()}:
        raise Missing
    return FileResponse(FOLDER / name, headers={"Cache-Control": A_YEAR})


@router.get("/scripts/{name}")
async def read_script(name: str) -> FileResponse:
    """A module of our own, asked for again each time, since modules name each other. 404."""
    if name not in {path.name for path in SCRIPTS.glob("*.js")}:
        raise Missing
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(SCRIPTS / name, media_type="text/javascript", headers=headers)

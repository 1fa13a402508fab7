"""What pages are drawn with: the style sheet, the scripts, and whose work they are.

Law: only what set-up built and noticed is served; a file's address changes with its content.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.responses import FileResponse

from shared.eventsourcing.commands import Missing

FOLDER = Path(__file__).parent / "assets"
A_YEAR = "public, max-age=31536000, immutable"

router = APIRouter(prefix="/assets", include_in_schema=False)


@lru_cache(maxsize=1)
def notices() -> tuple[dict[str, Any], ...]:
    """What is shipped: file, package, version, licence and sum."""
    return tuple(msgspec.json.decode((FOLDER / "NOTICES.json").read_bytes()))


def versioned(name: str) -> str:
    """The address of a file, its content's sum in it."""
    sums = {notice["file"]: notice["sha256"] for notice in notices()}
    return f"/assets/{name}?v={sums[name][:12]}"


@router.get("/{name}")
async def read_asset(name: str) -> FileResponse:
    """A file the pages are drawn with. 404: not-found."""
    if name not in {notice["file"] for notice in notices()}:
        raise Missing
    return FileResponse(FOLDER / name, headers={"Cache-Control": A_YEAR})

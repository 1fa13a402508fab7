"""A router that requests for addresses below another prefix pass over at once.

Law: which route answers is decided by FastAPI; here only those are left out that cannot.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Router(APIRouter):
    """Routes below one prefix, which is compared before any of them is."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        if not path.startswith(self.prefix.partition("{")[0]):
            return Match.NONE, {}
        return super().matches(scope)

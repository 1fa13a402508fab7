"""Which ways through the pages a person is shown. Pure.

Law: nobody is shown a way that would answer that they may not go there.
"""

from __future__ import annotations

from typing import Any

from services.gateway.pages.visiting import Visitor

WAYS = (
    ("/", "Home", "contracts:read"),
    ("/cycle", "Year", "thread:read"),
    ("/messages", "Messages", "returns:review"),
    ("/assessments", "Assessments", "needs:read"),
    ("/contracts", "Contracts", "contracts:read"),
    ("/scorecard", "Scorecard", "contracts:read"),
    ("/returns", "Returns", "returns:read"),
    ("/flags", "Flags", "flags:read"),
    ("/reviews", "Reviews", "flags:read"),
    ("/incidents", "Incidents", "incidents:read"),
    ("/variation", "Variation", "contracts:read"),
    ("/funds", "Pooled funds", "funds:read"),
    ("/oversight", "Oversight", "funds:read"),
    ("/board", "Board", "board:read"),
    ("/strategies", "Strategies", ""),
    ("/votes", "Votes", ""),
    ("/bids", "Sealed bids", "tenders:read"),
    ("/tenders", "Tenders", "tenders:read"),
    ("/awards", "Awards", "tenders:read"),
    ("/providers", "Providers", "providers:read"),
    ("/notices", "Notices", ""),
    ("/operations", "Operations", "operations:read"),
)


def navigation(visitor: Visitor | None, path: str) -> list[dict[str, Any]]:
    """The ways open to a visitor, the one taken marked."""
    return [
        {"href": href, "text": text, "current": path == href, "active": _below(path, href)}
        for href, text, scope in WAYS
        if not scope or (visitor is not None and visitor.may(scope))
    ]


def _below(path: str, href: str) -> bool:
    return href != "/" and path.startswith(f"{href}/")

"""Rebuilds every view of every service and compares its rows, before and after.

Law: what a view holds is the fold of its log from zero, however it came about.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.architecture.test_routes import PLANS
from tests.journeys.playing import Played, contents


def every_view() -> Iterator[tuple[str, str]]:
    """Service and view, for all five."""
    for plan in PLANS:
        for view in plan.all_views():
            yield plan.name, view.name


def differing(played: Played) -> list[str]:
    """The views whose rebuilt rows are not the rows they had; none, if all is well."""
    found: list[str] = []
    for service, view in every_view():
        before = contents(played, service, view)
        rebuilt = played.operated(service, "POST", f"views/{view}/rebuild")
        assert rebuilt.is_success, f"{view} of {service}: {rebuilt.text}"
        if contents(played, service, view) != before:
            found.append(f"{view} of {service}")
    return found


def rows(played: Played) -> int:
    """How many rows all views hold together."""
    return sum(len(contents(played, *view)["rows"]) for view in every_view())

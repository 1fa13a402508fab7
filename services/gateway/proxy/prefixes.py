"""Which service answers for what; the whole public API, as data."""

from __future__ import annotations

from collections.abc import Mapping

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "needs": (
        "partnerships",
        "assessments",
        "strategies",
        "specifications",
        "areas",
        "reference-outcomes",
        "consultations",
        "curves",
        "votes",
        "plans",
        "drafts",
        "resources",
        "markets",
        "frameworks",
        "packages",
        "evaluations",
        "trainings",
        "assurances",
        "agreed-indicators",
        "service-changes",
        "needs-texts",
    ),
    "procurement": (
        "providers",
        "tenders",
        "awards",
        "framework-agreements",
        "preferred-lists",
        "planned-procurements",
        "notices",
        "regimes",
        "procurement-texts",
    ),
    "contracts": ("contracts", "funds", "compacts", "contracts-texts"),
    "monitoring": (
        "returns",
        "schedules",
        "portfolios",
        "flags",
        "ratings",
        "reviews",
        "incidents",
        "expectations",
        "forums",
        "rebases",
        "card-entries",
        "messages",
        "monitoring-calendars",
        "monitoring-texts",
    ),
}


def service_of(path: str) -> str | None:
    """The service that answers for a path such as `/v1/tenders/t1`."""
    parts = path.split("/")
    if len(parts) < 3 or parts[:2] != ["", "v1"]:
        return None
    return next((name for name, own in PREFIXES.items() if parts[2] in own), None)

"""What a story came to, without what differs from one telling to the next.

Law: only ids, digests and times of recording are taken out; every sum, status, count and date of
fact stays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from goldenthread.demo.cast import (
    AUDITOR,
    COMMISSIONER,
    CONTRACT_MANAGER,
    FINANCE,
    PROCUREMENT,
    SECRETARY,
)
from goldenthread.house import SERVICES
from tests.journeys.playing import Played, log_of

CHANCE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"  # times of recording
    r"|[0-9a-f]{16,}"  # digests and receipts
    r"|[A-Za-z0-9+/_-]{80,}={0,2}"  # public keys
    r"|[A-Za-z0-9+/]{43}="  # roots of hash trees, whose leaves hold ids
)
LISTS = (
    (COMMISSIONER, "/v1/flags"),
    (COMMISSIONER, "/v1/reviews"),
    (COMMISSIONER, "/v1/incidents"),
    (CONTRACT_MANAGER, "/v1/returns"),
    (COMMISSIONER, "/v1/assessments"),
    (COMMISSIONER, "/v1/strategies"),
    (COMMISSIONER, "/v1/specifications"),
    (PROCUREMENT, "/v1/tenders"),
    (PROCUREMENT, "/v1/awards"),
    (PROCUREMENT, "/v1/providers"),
    (FINANCE, "/v1/contracts"),
    (FINANCE, "/v1/contracts/payments-due"),
    (FINANCE, "/v1/contract-views"),
)


def scrubbed(value: Any) -> Any:
    """The value with every id and time taken for any other, and lists in an order of their own."""
    match value:
        case str():
            return CHANCE.sub("·", value)
        case list():
            return sorted((scrubbed(item) for item in value), key=_written)  # pyright: ignore[reportUnknownVariableType]
        case dict():
            pairs = [[scrubbed(key), scrubbed(item)] for key, item in value.items()]  # pyright: ignore[reportUnknownVariableType]
            return sorted(pairs, key=_written)
        case _:
            return value


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def figures(played: Played) -> dict[str, Any]:
    """Everything that partners, providers and auditors are shown, by address."""
    story, found = played.story, dict[str, Any]()
    for who, path in LISTS:
        found[path] = scrubbed(played.listed(who, path))
    for year in ("2025-26", "2026-27"):
        for part in ("", "/identities", "/trial-balance"):
            at = f"/v1/ledgers/{story.fund}{part}?year={year}"
            found[f"ledger {year}{part}"] = scrubbed(played.read(AUDITOR, at))
        at = f"/v1/funds/{story.fund}/years/{year}"
        found[f"fund {year}"] = scrubbed(played.read(FINANCE, at))
    for name, contract in story.contracts.items():
        for kind in ("contracts", "contract-views"):
            found[f"{kind} {name}"] = scrubbed(played.read(FINANCE, f"/v1/{kind}/{contract}"))
    at = f"/v1/partnerships/{story.partnership}"
    found["decisions"] = scrubbed(played.listed(SECRETARY, f"{at}/decisions"))
    found["thread"] = sorted(story.passed)
    return found


def recorded(played: Played) -> dict[str, Counter[str]]:
    """How often each kind of event stands in each log."""
    return {
        service: Counter(event.type for event in log_of(played.running, service))
        for service in SERVICES
    }

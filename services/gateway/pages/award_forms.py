"""What a form on the pages of awards, frameworks, providers and lists sends. Pure.

What was typed wrong goes to the API as it was typed, so that the API says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.gateway.pages.asking import Typed, hundredths, whole
from services.gateway.pages.tender_steps import MOST_LINES, Step

WAYS = (
    ("direct-award", "Direct award"),
    ("framework-call-off", "Call-off under a framework"),
    ("in-house-provision", "Provided by a partner itself"),
    ("grant", "Grant"),
)
CONDITIONS = (
    ("safeguarding", "Safeguarding compliance"),
    ("safer-recruitment", "Safer recruitment"),
    ("insurance", "Insurance"),
    ("registration", "Registration"),
    ("quality-mark", "A quality mark"),
)
SAFETY = ("safeguarding", "safer-recruitment", "insurance", "registration")
LOT_PARTS = 3


def proposing(typed: Typed) -> dict[str, Any]:
    """The body that proposes an award; only what belongs to its way is sent."""
    way = typed.get("way", "")
    body: dict[str, Any] = {
        "way": way,
        "specification": typed.get("specification", ""),
        "provider": typed.get("provider", ""),
        "annual_price_pence": hundredths(typed.get("price", "")),
        "kind_of_service": typed.get("kind_of_service", ""),
        "delegated_limit_pence": hundredths(typed.get("delegated_limit") or "0"),
        "reason": typed.get("reason", ""),
        "conditions": [code for code, _ in CONDITIONS if typed.get(f"condition-{code}")],
    }
    if considered := typed.get("considered"):
        body["considered"] = considered
    if way == "direct-award":
        body["ground"] = typed.get("ground", "")
    if way == "grant" and (conditions := typed.get("grant_conditions")):
        body["grant_conditions"] = conditions
    if way == "framework-call-off":
        framework, _, lot = typed.get("framework", "").partition("/")
        body |= {
            "framework": framework, "lot": whole(lot or "1"),
            "competition": typed.get("competition") or "direct",
        }  # fmt: skip
    return body


def agreement(typed: Typed, own: list[str]) -> dict[str, Any]:
    """The body that registers a framework agreement: the partnerships ticked, and its lots."""
    return {
        "title": typed.get("title", ""),
        "reference": typed.get("reference", ""),
        "partnerships": [name for name in own if typed.get(f"partnership-{name}")],
        "lots": lots_of(typed.get("lots", "")),
        "direct_allowed": typed.get("direct_allowed") == "yes",
        "valid_until": typed.get("valid_until", ""),
    }


def lots_of(text: str) -> list[dict[str, Any]]:
    """One lot a line: number, title, and the ids of its providers: `1; Speech; acorn, beech`."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines()[:MOST_LINES]:
        parts = [part.strip() for part in line.split(";")]
        if line.strip():
            number, title, providers = (*parts, *[""] * LOT_PARTS)[:LOT_PARTS]
            found.append({"lot": whole(number), "title": title, "providers": ids_of(providers)})
    return found


def ids_of(text: str) -> list[str]:
    """Ids apart by commas or spaces."""
    return text.replace(",", " ").split()


def _lot(typed: Typed) -> dict[str, Any]:
    return {
        "lot": whole(typed.get("lot", "")),
        "providers": ids_of(typed.get("providers", "")),
        "reason": typed.get("reason", ""),
    }


def preferred(typed: Typed, known: list[str]) -> dict[str, Any]:
    """The body that drafts a list with the neighbours ticked."""
    said = ("partnership", "title", "need", "valid_until")
    return {name: typed.get(name, "") for name in said} | {
        "partnerships": [name for name in known if typed.get(f"neighbour-{name}")]
    }


def registering(typed: Typed) -> dict[str, Any]:
    """The body that enters a provider; identifiers by scheme, those that were given."""
    schemes = ("GB-COH", "GB-CHC", "GB-ODS")
    return {
        "provider": typed.get("provider", ""),
        "name": typed.get("name", ""),
        "form": typed.get("form", ""),
        "small": typed.get("small") == "yes",
        "identifiers": {scheme: typed[scheme] for scheme in schemes if typed.get(scheme)},
    }


def _standard(typed: Typed) -> dict[str, Any]:
    body = {name: typed.get(name, "") for name in ("standard", "reference", "valid_until")}
    return body | ({"title": typed["title"]} if typed.get("title") else {})


def said(*names: str) -> Callable[[Typed], dict[str, Any]]:
    return lambda typed: {name: typed.get(name, "") for name in names}


def _decided(*names: str) -> Callable[[Typed], dict[str, Any]]:
    """Fields, and the board's decision where the form carries one."""
    return lambda typed: (
        {name: typed.get(name, "") for name in names}
        | ({"decision": typed["decision"]} if typed.get("decision") else {})
    )


def _notice(typed: Typed) -> dict[str, Any]:
    return _decided("notice")(typed) | {"keep_standstill": typed.get("keep_standstill") == "yes"}


AWARD_STEPS: Mapping[str, Step] = {
    "interest": Step(
        to="interests", body=lambda typed: {"interested": typed.get("interested") == "yes"}
    ),
    "notice": Step(to="notices", body=_notice),
    "representation": Step(to="representations", body=said("by", "grounds")),
    "resolution": Step(
        to="representations/{item}/resolution",
        body=lambda typed: {
            "upheld": typed.get("upheld") == "yes",
            "reason": typed.get("reason", ""),
        },
    ),
    "making": Step(to="making", body=_decided()),
    "withdrawal": Step(to="withdrawal", body=said("reason")),
}
AGREEMENT_STEPS: Mapping[str, Step] = {
    "lot": Step(to="lots", body=_lot),
    "ending": Step(to="ending", body=said("reason")),
}
PROVIDER_STEPS: Mapping[str, Step] = {
    "standard": Step(to="standards", body=_standard),
    "suspension": Step(to="suspension", body=said("reason")),
    "reinstatement": Step(to="reinstatement", body=said("reason")),
    "ground": Step(to="grounds", body=said("ground", "happened_on", "reason")),
    "ground-ending": Step(to="grounds/{item}/ending", body=said("reason")),
}
LIST_STEPS: Mapping[str, Step] = {
    "provider": Step(to="providers", body=said("provider", "reason")),
    "removal": Step(to="providers/{item}/removal", body=said("reason")),
    "agreement": Step(to="agreements", body=said("partnership")),
    "ending": Step(to="ending", body=said("reason")),
}

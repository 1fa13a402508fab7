"""Every door of the platform, as its own document describes it, with real objects behind it.

Law: the doors are read from the gateway's document, so a new one is tried without being named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from goldenthread.demo.cast import (
    AUDITOR,
    COMMISSIONER,
    CONTRACT_MANAGER,
    COUNCIL,
    FINANCE,
    PROCUREMENT,
    SECRETARY,
)
from goldenthread.demo.stage import Json, Person
from shared.http.permissions import ROLES
from tests.journeys.playing import Played

METHODS = ("get", "post", "put", "patch", "delete")
PARAMETER = re.compile(r"\{(\w+)\}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TEXT = re.compile(r'"text": ?"([0-9a-f-]{36})", ?"digest"')
GROUND = "entered-by-mistake"
HELD_BY: dict[str, tuple[Person, str]] = {
    "assessments": (COMMISSIONER, "/v1/assessments/{assessment}"),
    "strategies": (COMMISSIONER, "/v1/strategies/{strategy}"),
    "specifications": (COMMISSIONER, "/v1/specifications/{specification}"),
    "partnerships": (COMMISSIONER, "/v1/partnerships/{partnership}/evidence"),
    "contracts": (CONTRACT_MANAGER, "/v1/contract-views/{contract}"),
    "returns": (CONTRACT_MANAGER, "/v1/returns/{contract}/{period}"),
    "consultations": (COMMISSIONER, "/v1/consultations/{consultation}"),
    "flags": (COMMISSIONER, "/v1/flags/{flag}"),
    "needs-texts": (COMMISSIONER, "/v1/specifications/{specification}"),
    "procurement-texts": (PROCUREMENT, "/v1/awards/{award}"),
    "contracts-texts": (CONTRACT_MANAGER, "/v1/contract-views/{contract}"),
    "monitoring-texts": (COMMISSIONER, "/v1/flags/{flag}"),
}


OF_THE_HOUSE_ALONE = ROLES["service"] - frozenset[str]().union(
    *(scopes for role, scopes in ROLES.items() if role != "service")
)
"""What no person may do: the services ask it of each other."""


@dataclass(frozen=True)
class Door:
    """One operation: how it is described, and an address of it that names real objects."""

    method: str
    template: str
    scope: str
    path: str
    body: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def names_an_object(self) -> bool:
        return bool(PARAMETER.search(self.template))

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


def described(played: Played) -> Iterator[tuple[str, str, str]]:
    """Method, path template and scope of every operation; no scope where none is asked."""
    document = played.read(AUDITOR, "/v1/openapi.json")
    for template, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                asked = [s for one in item[method].get("security", []) for s in one["bearer"]]
                yield method.upper(), template, asked[0] if asked else ""


def doors(played: Played) -> list[Door]:
    """Each operation with the story's own last accepted request to it, where it made one."""
    said: dict[str, tuple[str, Any]] = {}
    values = known_values(played)
    templates = list(described(played))
    for word in played.stage.spoken:
        if word.answer.is_success:
            for method, template, _ in templates:
                if word.method == method and (found := _match(template, word.path)) is not None:
                    said[f"{method} {template}"] = (word.path.partition("?")[0], word.body)
                    values = {**found, **values}
    return [
        Door(method, template, scope, *_addressed(played, method, template, values, said))
        for method, template, scope in templates
    ]


def _match(template: str, path: str) -> dict[str, str] | None:
    pattern = PARAMETER.sub(r"(?P<\1>[^/]+)", template)
    found = re.fullmatch(pattern, path.partition("?")[0])
    return found.groupdict() if found and not _names_a_word(template, found) else None


def _names_a_word(template: str, found: re.Match[str]) -> bool:
    """Whether `/contracts/payments-due` was taken for `/contracts/{contract}`."""
    return template.count("/") == 3 and found[0].rsplit("/", 1)[1] in (
        "payments-due", "payment-compliance", "payments-over-30000", "rules", "actions", "rates",
        "receipt-key", "presets", "specifications",
    )  # fmt: skip


def _addressed(
    played: Played,
    method: str,
    template: str,
    values: dict[str, str],
    said: dict[str, tuple[str, Any]],
) -> tuple[str, Any]:
    if f"{method} {template}" in said:
        return said[f"{method} {template}"]
    given = dict(values)
    if "{text}" in template and (held := HELD_BY.get(template.split("/")[2])):
        who, holder = held
        answer = played.asked(who, "GET", holder.format(**values))
        texts = TEXT.findall(json.dumps(answer.json()))
        given["text"] = texts[0] if texts else "none"
    body: Json = {"ground": GROUND} if template.endswith("/erasure") else {}
    return PARAMETER.sub(lambda m: given.get(m[1], "none"), template), body


def known_values(played: Played) -> dict[str, str]:
    """Ids that the story did not put into an address itself."""
    story = played.story
    contract = story.contracts["early-help"]
    view: Json = played.read(FINANCE, f"/v1/contracts/{contract}")
    proofs: Json = played.read(FINANCE, f"/v1/ledgers/{story.fund}/proofs")
    held = played.listed(SECRETARY, f"/v1/partnerships/{story.partnership}/meetings")
    return {
        "contract": contract,
        "version": "1",
        "period": "2026-27-Q1",
        "provider": "bright-path",
        "agency": COUNCIL,
        "award": story.contracts["counselling"],
        "fund": story.fund,
        "year": "2026-27",
        "partnership": story.partnership,
        "assessment": story.assessments["2025/26"],
        "specification": story.specifications["early-help"],
        "tender": story.tender,
        "flag": story.flag,
        "review": story.review,
        "incident": story.incident,
        "payment": story.payment,
        "withholding": story.withholding,
        "accrual": next(iter(view["accruals"])),
        "notice": next(iter(view["notices"])),
        "meeting": held[0]["meeting"],
        "paper": held[0]["agenda"][0]["papers"][0]["paper"],
        "kind": "contract",
        "id": contract,
        "milestone": "two-more",
        "view": "partnerships",
        "indicator": "none",
        "size": str(proofs["checkpoint"]["size"]),
        "number": "1",
        "outcome": view["terms"]["outcomes"][0]["outcome"],
    }


def everyone_at(agency: str, *roles: str) -> Person:
    """Someone of an agency in the given roles, or in all there are."""
    return Person("p-0000", agency, roles or tuple(sorted(ROLES)))


def council(role: str) -> Person:
    return Person("p-0001", COUNCIL, (role,))

"""What a form on a tender's pages sends: a step is one command of the API. Pure.

What was typed wrong goes to the API as it was typed, so that the API says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.gateway.pages.asking import Typed, hundredths, whole

LONDON = ZoneInfo("Europe/London")
CRITERIA = (
    ("quality", "Quality", "quality"),
    ("price", "Price", "price"),
    ("social-value", "Social value", "social-value"),
)
MOST_LINES = 50


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Where the command goes below `/v1/tenders/{tender}`, what it says, and the page it is on.

    `{bid}` and `{item}` of the address are fields of the form.
    """

    to: str
    body: Callable[[Typed], dict[str, Any]]
    page: str = ""


def instant(day: str, clock: str) -> str:
    """A London day and time as an instant; what is neither as it was typed."""
    try:
        at = time.fromisoformat(clock or "12:00")
        return datetime.combine(date.fromisoformat(day), at, LONDON).isoformat()
    except ValueError:
        return f"{day} {clock}".strip()


def item_of(typed: Typed, name: str = "item") -> str:
    """An id from the form, which goes into an address; `none` for what is no id."""
    said = typed.get(name, "")
    plain = said.replace("-", "").replace(".", "").replace("_", "")
    return said if plain.isalnum() and plain.isascii() else "none"


def criteria_of(typed: Typed) -> list[dict[str, Any]]:
    """The criteria that were given a weight."""
    return [
        {
            "criterion": name, "title": title, "kind": kind,
            "weight_basis_points": hundredths(typed[f"weight-{name}"]),
        }
        for name, title, kind in CRITERIA
        if typed.get(f"weight-{name}")
    ]  # fmt: skip


def parties_of(text: str) -> list[dict[str, Any]]:
    """One party a line: its id and its share in percent."""
    lines = [line.rsplit(maxsplit=1) for line in text.splitlines()[:MOST_LINES] if line.strip()]
    return [
        {"provider": one[0].strip(" ,;:"), "share_basis_points": hundredths(one[-1].strip("%"))}
        for one in lines
    ]


def lots_of(text: str) -> list[dict[str, Any]]:
    """One lot a line: its title and what it is worth a year in pounds."""
    lines = [line.rsplit(maxsplit=1) for line in text.splitlines()[:MOST_LINES] if line.strip()]
    return [
        {"title": one[0].strip(" ,;:"), "annual_value_pence": hundredths(one[-1])} for one in lines
    ]


def opening(typed: Typed) -> dict[str, Any]:
    """The body that opens a tender."""
    said = ("ethics", "small_providers", "sustainability", "lots")
    body: dict[str, Any] = {
        "specification": typed.get("specification", ""),
        "title": typed.get("title", ""),
        "regime": typed.get("regime", ""),
        "kind_of_service": typed.get("kind_of_service", ""),
        "criteria": criteria_of(typed),
        "bids_close_at": instant(typed.get("closes_on", ""), typed.get("closes_at", "")),
        "delegated_limit_pence": hundredths(typed.get("delegated_limit") or "0"),
        "policies": {name: typed.get(f"policy-{name}", "") for name in said},
        "lots": lots_of(typed.get("lot_lines", "")),
        "joint_with": sorted(
            name.removeprefix("joint-") for name in typed if name.startswith("joint-")
        ),
    }
    most = typed.get("most_lots", "")
    return body | ({"most_lots": whole(most)} if most else {})


def _amendment(typed: Typed) -> dict[str, Any]:
    body: dict[str, Any] = {"reason": typed.get("reason", "")}
    if title := typed.get("title"):
        body["title"] = title
    if day := typed.get("closes_on"):
        body["bids_close_at"] = instant(day, typed.get("closes_at", ""))
    return body


def _scores(typed: Typed) -> dict[str, Any]:
    """Scores out of 100, and a reason for each."""
    named = [name.removeprefix("score-") for name in typed if name.startswith("score-")]
    why = {name: typed[f"why-{name}"] for name in named if typed.get(f"why-{name}")}
    return {
        "scores": {name: hundredths(typed[f"score-{name}"]) for name in named},
        "reasons": typed.get("reasons", ""),
        "by_criterion": why,
    }


def _award(typed: Typed) -> dict[str, Any]:
    decision = typed.get("decision", "")
    return {"bid": typed.get("bid", "")} | ({"decision": decision} if decision else {})


def _text(name: str) -> Callable[[Typed], dict[str, Any]]:
    return lambda typed: {name: typed.get(name, "")}


def _yes(name: str, *texts: str) -> Callable[[Typed], dict[str, Any]]:
    return lambda typed: (
        {name: typed.get(name) == "yes"} | {text: typed.get(text, "") for text in texts}
    )


def _nothing(_: Typed) -> dict[str, Any]:
    return {}


EVALUATION = "/evaluation"
STEPS: Mapping[str, Step] = {
    "question": Step(to="questions", body=_text("question")),
    "answer": Step(to="questions/{item}/answer", body=_text("answer")),
    "amendment": Step(to="amendments", body=_amendment),
    "consortium": Step(
        to="consortium", body=lambda typed: {"parties": parties_of(typed.get("parties", ""))}
    ),
    "agreement": Step(to="consortium/agreement", body=_text("lead")),
    "explanation": Step(to="bids/{bid}/price-explanation", body=_text("explanation")),
    "representation": Step(to="representations", body=_text("grounds")),
    "cancellation": Step(to="cancellation", body=_yes("unsuccessful", "reason")),
    "interest": Step(to="interests", body=_yes("interested"), page=EVALUATION),
    "scores": Step(to="bids/{bid}/scores", body=_scores, page=EVALUATION),
    "moderation": Step(to="bids/{bid}/moderation", body=_scores, page=EVALUATION),
    "price-question": Step(to="bids/{bid}/price-question", body=_text("asked"), page=EVALUATION),
    "price-judgement": Step(
        to="bids/{bid}/price-judgement", body=_yes("accepted", "reason"), page=EVALUATION
    ),
    "proposal": Step(to="proposal", body=_text("bid"), page=EVALUATION),
    "award": Step(to="award", body=_award, page=EVALUATION),
    "letters": Step(to="letters", body=_nothing, page=EVALUATION),
    "notice": Step(to="notice", body=_text("no_standstill_section"), page=EVALUATION),
    "resolution": Step(
        to="representations/{item}/resolution", body=_yes("upheld", "reason"), page=EVALUATION
    ),
    "confirmation": Step(to="confirmation", body=_nothing, page=EVALUATION),
}

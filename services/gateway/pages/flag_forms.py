"""The forms of a case: what was typed, as the API takes it, and the forms a person is shown. Pure.

Law: what was typed is passed on or left out, never put right; a form is shown where its step can
follow, and whether it may is for the API to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.pages.asking import whole

Typed = Mapping[str, str]
Json = Mapping[str, Any]

REASONED = {
    "uphold": "upholding",
    "dismiss": "dismissal",
    "step-down": "step-down",
    "pause": "pause",
    "close": "closure",
}


def asked(action: str, typed: Typed) -> tuple[str, dict[str, Any] | None] | None:
    """The address below the flag's and the body that a button stands for."""
    if action in REASONED:
        return REASONED[action], {"reason": typed.get("reason", "")}
    match action:
        case "request":
            days = typed.get("working_days", "")
            return "explanation-request", {"working_days": whole(days)} if days.isdecimal() else {}
        case "explain":
            return "explanation", {"text": typed.get("text", "")}
        case "meet":
            body = {name: typed.get(name, "") for name in ("held_on", "minutes")}
            return "meeting", body
        case "plan":
            return "plan", {"milestones": [_milestone(typed)]}
        case "met":
            body = {name: typed.get(name, "") for name in ("met_on", "evidence")}
            return f"milestones/{typed.get('milestone', '')}/met", body
        case "exception-report" | "formal-review":
            body = {"to": action, "reason": typed.get("reason", "")}
            return "escalation", body | {"review": typed.get("review", "")}
        case "resume":
            return "resumption", None
        case _:
            return None


def _milestone(typed: Typed) -> dict[str, Any]:
    names = ("milestone", "text", "owner", "due_on")
    return {name: typed.get(f"milestone_{name}", "") for name in names}


def open_forms(flag: Json, *, leads: bool, provides: bool) -> list[str]:
    """The forms of the steps that can follow, in the order in which they usually do."""
    if not flag["open"]:
        return []
    status = flag["status"]
    clock = flag["clocks"][-1] if flag["clocks"] else None
    running = clock is not None and not clock["stopped"] and not clock["missed"]
    found: list[str] = []
    if provides and status == "explanation-requested":
        found.append("explain")
    if not leads:
        return found
    if running and clock is not None:
        found.append("resume" if clock["paused_on"] else "pause")
    if status == "raised":
        found += ["request", "dismiss"]
    if status in ("explanation-requested", "explained"):
        found += ["uphold", "dismiss"]
    if status == "upheld":
        found.append("meet")
    if status in ("upheld", "meeting-held", "planned", "escalated"):
        found += ["plan"]
        found += ["met"] if any(one["status"] != "met" for one in flag["plan"]) else []
        if not flag["escalated_to"]:
            found.append("exception-report")
        if flag["escalated_to"] == "exception-report":
            found.append("formal-review")
        if flag["escalated_to"]:
            found.append("step-down")
        found.append("close")
    return found

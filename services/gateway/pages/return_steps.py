"""The steps of a return that are no figures: sign, judge, ask, answer, extend, consent. Pure.

Law: what was typed is passed on or left out, never put right; a form is shown to whoever may take
the step where it can follow, and whether it may is for the API to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from shared.http.problems import Fault, Problem

Json = Mapping[str, Any]
Typed = Mapping[str, str]

WAITING = ("submitted", "queried", "answered")
NOT_IN = ("scheduled", "open", "draft", "rejected")
STANDING = ("accepted", "restated")
TICKED = "accepts|"

DONE: Mapping[str, str] = {
    "sign": "Signed and handed in. Your commissioner has been told.",
    "answer": "Your answer was sent.",
    "query": "Your question was sent; the days to acceptance stop until it is answered.",
    "accept": "The return is accepted: its figures stand.",
    "accept-some": "The measures you ticked are accepted; the others still wait.",
    "reject": "The return was sent back, with your reason.",
    "extend": "The due date was moved; the provider sees it.",
    "consent": "One more restatement may come.",
    "attach": "The file was added; it goes with the next figures that are signed.",
    "remove": "The file was taken back and destroyed.",
}
ASKED: Mapping[tuple[str, str], str] = {
    ("sign", "declaration"): "Write the declaration: you made some of these figures yourself.",
    ("answer", "answer"): "Write the answer.",
    ("query", "text"): "Write the question.",
    ("reject", "reason"): "Write the reason: the provider has to know what to put right.",
    ("extend", "due_on"): "Give the new due date.",
    ("extend", "reason"): "Write the reason for the extension.",
    ("consent", "reason"): "Write the reason for the consent.",
    ("accept-some", "measures"): "Tick at least one measure.",
    ("attach", "file"): "Choose a file.",
}


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What a button asks of the API, below the return's own address."""

    method: str
    address: str
    body: dict[str, Any] | None = None


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a form, and the field it is about; without one, about all of it."""

    text: str
    code: str
    field: str = ""


def asked(action: str, typed: Typed) -> Command | None:
    """The command a button stands for; nothing where there is no such button."""
    match action:
        case "sign":
            said = {"declaration": typed["declaration"]} if typed.get("declaration") else {}
            return _post("signature", {"receipt": typed.get("receipt", "")} | said)
        case "answer":
            query = quote(typed.get("query", ""), safe="") or "none"
            return _post(f"queries/{query}/answer", _said(typed, "answer"))
        case "query":
            return _post("queries", _said(typed, "text", "measure"))
        case "accept":
            return _post("acceptance", _version(typed))
        case "accept-some":
            return _post("acceptance", _version(typed) | {"measures": ticked(typed)})
        case "reject":
            return _post("rejection", _version(typed) | _said(typed, "reason"))
        case "extend":
            return _post("extension", _said(typed, "due_on", "reason"))
        case "consent":
            return _post("restatement-consent", _said(typed, "reason"))
        case "remove":
            file = quote(typed.get("file", ""), safe="") or "none"
            return Command(method="DELETE", address=f"evidence/{file}")
        case _:
            return None


def _post(address: str, body: dict[str, Any]) -> Command:
    return Command(method="POST", address=address, body=body)


def _said(typed: Typed, *names: str) -> dict[str, Any]:
    return {name: typed.get(name, "") for name in names}


def _version(typed: Typed) -> dict[str, Any]:
    said = typed.get("version", "")
    return {"version": int(said) if said.isdecimal() and len(said) < 9 else said}


def ticked(typed: Typed) -> list[str]:
    """The measures whose boxes were ticked."""
    return [name.removeprefix(TICKED) for name in typed if name.startswith(TICKED)]


def lacks(action: str, typed: Typed) -> Wrong | None:
    """What the API could not know was meant: no box ticked is not all of them."""
    if action == "accept-some" and not ticked(typed):
        text = ASKED["accept-some", "measures"]
        return Wrong(text=text, code="measures-missing", field="accept-some-1")
    return None


def field_of(action: str, typed: Typed, name: str) -> str:
    """The id of a form's field; each query's form has its own."""
    of = f"-{typed.get('query', '')}" if action == "answer" else ""
    return f"{action}{of}-{name}"


def wrongs(action: str, typed: Typed, told: Problem) -> list[Wrong]:
    """What the API refused, each at its field; what was left out is asked for in words."""
    found = [_wrong(action, typed, fault) for fault in told.errors]
    kept = [one for one in found if one.text]
    return kept or [Wrong(text=told.detail, code=told.code)]


def _wrong(action: str, typed: Typed, fault: Fault) -> Wrong:
    name = fault.pointer.removeprefix("/body/").partition("/")[0]
    at = (action, name)
    if at not in ASKED:
        return Wrong(text=fault.detail, code=fault.code)
    text = fault.detail if typed.get(name) else ASKED[at]
    return Wrong(text=text, code=fault.code, field=field_of(action, typed, name))


def open_steps(standing: Json, *, provides: bool, signs: bool, reviews: bool) -> list[str]:
    """The forms shown, in the order in which they press."""
    status = standing["status"]
    found: list[str] = []
    if signs and standing.get("to_sign"):
        found.append("sign")
    if provides and status == "queried":
        found.append("answer")
    if reviews:
        found += ["accept", "query", "reject"] if status in WAITING else []
        found += ["extend"] if status in NOT_IN else []
        found += ["consent"] if status in STANDING else []
    return found


def left_to_accept(standing: Json, titles: Mapping[str, Json]) -> list[tuple[str, str]]:
    """The measures that are not accepted yet, with their titles."""
    stands = standing.get("accepted_measures", ())
    return [(name, one["title"]) for name, one in titles.items() if name not in stands]

"""The forms of a reconciliation: what was typed and ticked, as the API takes it. Pure.

Law: what was typed is passed on or left out, never put right; an amount that cannot be read is
told at its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.pages.asking import whole
from services.gateway.reconciliations.mapping import Unclear, pence

Typed = Mapping[str, Sequence[str]]

COLUMNS = (
    ("date", "Date"),
    ("amount", "Amount"),
    ("debit", "Paid out (debit)"),
    ("credit", "Paid in (credit)"),
    ("reference", "Reference"),
    ("batch", "Batch or payment run"),
    ("text", "Description"),
)
DAY_ORDERS = (("dmy", "Day, month, year"), ("mdy", "Month, day, year"), ("ymd", "Year, month, day"))
DECIMALS = ((".", "Point: 1,234.50"), (",", "Comma: 1.234,50"))
RULE_NAMES = {
    "exact": "Reference, amount and date",
    "window": "Amount and date window",
    "batch": "Batch",
    "sum": "Sum of a few lines",
    "amount": "Same reference, other amount",
    "tolerance": "Within tolerance",
    "by-hand": "By hand",
}
REASONS = {
    "transposition": "Digits changed round: the difference divides by 9",
    "sign": "The sign is the other way round",
    "duplicate": "Looks like a duplicate of a line that is matched",
    "vat": "One is the other with VAT at 20%",
    "late": "The amounts agree, the days are far apart",
    "unknown": "The reference agrees, the amount does not",
}
KINDS = {
    "late": "Late: posted after the last cut",
    "carried": "Carried from the last one",
    "opening": "Opening difference",
    "difference": "Difference accepted before",
}
BANDS = {
    "0-7": "Up to a week",
    "8-30": "8 to 30 days",
    "31-60": "31 to 60 days",
    "61-90": "61 to 90 days",
    "over-90": "Over 90 days",
}
MISSPELT = "Write an amount in pounds and pence, such as 1,234.50"


class FieldsWrong(Exception):
    """Fields that cannot be read: what to say at each."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = dict(wrong)


def one(typed: Typed, name: str) -> str:
    found = typed.get(name, ())
    return found[0].strip() if found else ""


def taking(typed: Typed) -> dict[str, Any]:
    """The body that takes an extract. Raises FieldsWrong."""
    wrong: dict[str, str] = {}
    sums: dict[str, int] = {}
    for field in ("stated_total", "closing"):
        try:
            found = pence(one(typed, field), ".")
        except Unclear:
            found = None
        if found is None:
            wrong[field] = MISSPELT
        else:
            sums[f"{field}_pence"] = found
    rows = one(typed, "stated_rows").replace(",", "")
    if not rows.isdecimal() or len(rows) > 6:
        wrong["stated_rows"] = "Write how many rows the file should hold"
    if not one(typed, "to_on"):
        wrong["to_on"] = "Give the last day of the period"
    if wrong:
        raise FieldsWrong(wrong)
    mapping: dict[str, Any] = {name: one(typed, f"column-{name}") for name, _ in COLUMNS}
    mapping |= {"day_order": one(typed, "day_order"), "decimals": one(typed, "decimals")}
    for flag in ("turned", "debits_have_minus"):
        mapping[flag] = one(typed, flag) == "yes"
    return {
        "mapping": mapping,
        "from_on": one(typed, "from_on") or None,
        "to_on": one(typed, "to_on"),
        "stated_rows": int(rows),
        **sums,
    }


def settings(typed: Typed) -> dict[str, int]:
    """The settings of a run; what is no number is left to the API's own."""
    found: dict[str, int] = {}
    for name in ("window_days", "tolerance_pence", "tolerance_cap_pence"):
        said = one(typed, name)
        if said.isdecimal() and len(said) < 7:
            found[name] = int(said)
    return found


def numbers(typed: Typed, name: str) -> list[int]:
    """The ticked boxes of one name."""
    return [
        -count if said.startswith("-") else count
        for said in typed.get(name, ())
        if isinstance(count := whole(said.removeprefix("-")), int)
    ]


def asked(action: str, typed: Typed) -> tuple[str, dict[str, Any] | None] | None:
    """The address below the reconciliation's and the body that a button stands for."""
    owner, reason = one(typed, "owner"), one(typed, "reason")
    matches = {"matches": numbers(typed, "match"), "owner": owner}
    lines = {"ours": numbers(typed, "ours"), "theirs": numbers(typed, "theirs")}
    told = lines | {"owner": owner, "reason": reason}
    match action:
        case "run":
            return "matching", settings(typed)
        case "accept":
            return "acceptances", matches
        case "accept-rule":
            return "acceptances", {"rule": one(typed, "rule"), "owner": owner}
        case "refuse":
            return "refusals", {"matches": matches["matches"]}
        case "refuse-rule":
            return "refusals", {"rule": one(typed, "rule")}
        case "undo":
            return "undoings", {"matches": matches["matches"]}
        case "match":
            return "matches", told
        case "timing" | "error":
            return "marks", told | {"kind": action}
        case "unmark":
            return "marks/removal", lines
        case "park":
            return "suspense", {"owner": owner, "reason": reason}
        case "approve":
            return "suspense/approval", None
        case "prepare":
            return "preparation", None
        case "give-back":
            return "return", {"reason": reason}
        case "sign-off":
            return "sign-off", None
        case "discard":
            return "discarding", None
        case _:
            return None

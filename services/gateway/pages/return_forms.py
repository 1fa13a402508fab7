"""A return as a form: its fields, what was typed into them as the API takes it, and where what is
wrong with it stands. Pure.

Law: what was typed is passed on or left out, never put right; an empty field says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from services.gateway.pages.asking import hundredths
from services.gateway.pages.wording import period as period_words
from shared.values.quarters import first_day, last_day, months_of

Json = Mapping[str, Any]
Typed = Mapping[str, str]

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "block": ("Block",),
    "cost-and-volume": ("Activity",),
    "fee-plus-outcomes": ("Fee", "Outcome"),
    "milestones": ("Outcome",),
    "gain-share": ("Activity",),
}
SUMS = (
    ("budget_pence", "Budget for the year"),
    ("spent_pence", "Spent so far"),
    ("forecast_pence", "Forecast to the year's end"),
)
RATIO = (("numerator", "Number"), ("denominator", "Out of"))
POINTER = re.compile(r"/(?:body/)?(readings|budget|breakdowns)/(\d+)(?:/(\w+))?")
WHOLE = re.compile(r"/(?:body/)?(readings|budget|breakdowns)/([^/]+)(?:/([^/]+))?")
BLANK_ROWS = 3
MOST_ROWS = 200
UNKNOWN = "unknown"
PLAIN = {
    "complaints": "Complaints",
    "compliments": "Compliments",
    "story": "The story",
    "nil": "Nil return",
    "declaration": "Declaration",
    "reason": "Why the accepted figures were wrong",
}
PLAINLY = {
    "decimal-parsing": "This is not a number.",
    "decimal-type": "This is not a number.",
    "int-parsing": "This is not a whole number.",
    "int-from-float": "This is not a whole number.",
    "string-too-short": "This is empty.",
}
IN_FILE = re.compile(r"/file/(?:([a-z]+)/)?(\d+)(?:/(\w+))?")


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One reading asked for: a measure and a month or whole period."""

    id: str
    measure: str
    title: str
    unit: str
    period: str

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        value = ("value", "Percentage" if self.unit == "percent" else "Value")
        return (*RATIO, value) if self.unit == "percent" else (value,)

    @property
    def label(self) -> str:
        return f"{self.title}, {period_words(self.period)}"


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the budget part."""

    id: str
    element: str


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """One breakdown of one measure: a row for each group that is known, and rows for others."""

    id: str
    measure: str
    title: str
    breakdown: str
    known: tuple[str, ...] = ()

    def rows(self, typed: Typed) -> list[tuple[str, str]]:
        """Each row's id, and the group it is for where that is known; some rows stay free."""
        used = max((n for n in range(1, MOST_ROWS) if self._is_typed(n, typed)), default=0)
        last = max(used, len(self.known)) + BLANK_ROWS
        names = dict(enumerate(self.known, 1))
        return [(f"{self.id}-{n}", names.get(n, "")) for n in range(1, last + 1)]

    def _is_typed(self, n: int, typed: Typed) -> bool:
        return any(typed.get(f"{self.id}-{n}-{column}", "").strip() for column in ("name", "count"))


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a return on one contract and period asks for."""

    slots: tuple[Slot, ...]
    sums: tuple[Sum, ...]
    groups: tuple[Groups, ...] = ()

    def measures(self) -> list[tuple[str, list[Slot]]]:
        found: dict[str, list[Slot]] = {}
        for slot in self.slots:
            found.setdefault(slot.measure, []).append(slot)
        return [(slots[0].title, slots) for slots in found.values()]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The request body, and which field each of its readings and sums came from."""

    content: dict[str, Any]
    readings: tuple[Slot, ...]
    sums: tuple[Sum, ...]
    groups: tuple[str, ...] = ()
    """The ids of the rows that the breakdowns came from."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong, said where it is: the field to go to, or the file's row and column."""

    text: str
    code: str
    where: str = ""
    field: str = ""
    soft: bool = False
    rule: str = ""
    measure: str = ""
    before: bool = False
    """Whether it was explained at the last return."""


Known = Mapping[tuple[str, str], Sequence[str]]
"""The groups that earlier returns of the contract had, by measure and breakdown."""


def known_groups(*returns: Json | None) -> Known:
    """From the latest version of each return, as they stand there; `unknown` is last."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in returns:
        for version in (one or {}).get("versions", ())[-1:]:
            for part in version.get("breakdowns", ()):
                key = part["measure"], part["breakdown"]
                found.setdefault(key, {})[part["group"]] = None
    return {
        key: [*(name for name in names if name != UNKNOWN), UNKNOWN] for key, names in found.items()
    }


def form_of(terms: Json, period: str, known: Known | None = None) -> Form:
    reported = _reported(terms, period)
    paid = terms.get("on_returns") or terms["payment"]
    return Form(
        slots=tuple(
            Slot(
                id=f"m{m}-{p}", measure=one["measure"], title=one["title"], unit=one["unit"],
                period=name,
            )
            for m, one in enumerate(terms["measures"], 1)
            for p, name in enumerate(reported, 1)
        ),
        sums=tuple(
            Sum(id=f"b{n}", element=element)
            for n, element in enumerate(ELEMENTS[paid["mechanism"]], 1)
        ),
        groups=tuple(
            Groups(
                id=f"g{m}-{breakdown}", measure=one["measure"], title=one["title"],
                breakdown=breakdown,
                known=tuple((known or {}).get((one["measure"], breakdown), ())),
            )
            for m, one in enumerate(terms["measures"], 1)
            for breakdown in one.get("breakdowns", ())
        ),
    )  # fmt: skip


def _reported(terms: Json, period: str) -> Sequence[str]:
    """A quarter's months within the contract's life, and the quarter itself."""
    if period.endswith("Y"):
        return (period,)
    starts, ends = (date.fromisoformat(terms[key]) for key in ("starts_on", "ends_on"))
    months = [m for m in months_of(period) if last_day(m) >= starts and first_day(m) <= ends]
    return tuple(dict.fromkeys([*months, period]))


def body_of(form: Form, typed: Typed) -> Body:
    """What was typed, as the API takes it."""
    nil = typed.get("nil") == "yes"
    readings = [(slot, _reading(slot, typed)) for slot in form.slots]
    said = [(slot, one) for slot, one in readings if one is not None]
    lines = [(line, _sum(line, typed)) for line in form.sums]
    sums = [(line, one) for line, one in lines if one is not None]
    parts = [found for group in form.groups for found in _groups(group, typed)]
    content: dict[str, Any] = {
        "readings": [] if nil else [one for _, one in said],
        "breakdowns": [one for _, one in parts],
        "budget": [one for _, one in sums],
        "nil": nil,
        "explanations": list(_explanations(typed)),
    }
    for name in ("complaints", "compliments", "story", "declaration"):
        if typed.get(name, "").strip():
            content[name] = typed[name].strip()
    if typed.get("restate") == "yes":
        content["reason"] = typed.get("reason", "").strip()
    return Body(
        content=content,
        readings=() if nil else tuple(slot for slot, _ in said),
        sums=tuple(line for line, _ in sums),
        groups=tuple(row for row, _ in parts),
    )


def _reading(slot: Slot, typed: Typed) -> dict[str, str] | None:
    status = typed.get(f"{slot.id}-status", "given")
    given = {
        column: entry.replace(",", "").rstrip("%").strip()
        for column, _ in slot.columns
        if (entry := typed.get(f"{slot.id}-{column}", "").strip())
    }
    if not given and status == "given":
        return None
    return {"measure": slot.measure, "period": slot.period, "status": status, **given}


def _groups(group: Groups, typed: Typed) -> Iterable[tuple[str, dict[str, str]]]:
    """The rows of a breakdown in which something is typed; a known group needs its count only."""
    for row, known in group.rows(typed):
        name = known or typed.get(f"{row}-name", "").strip()
        count = typed.get(f"{row}-count", "").strip()
        if count or (name and not known):
            yield (
                row,
                {
                    "measure": group.measure,
                    "breakdown": group.breakdown,
                    "group": name,
                    "count": count.replace(",", ""),
                },
            )


def _sum(line: Sum, typed: Typed) -> dict[str, Any] | None:
    given = {
        column: hundredths(entry)
        for column, _ in SUMS
        if (entry := typed.get(f"{line.id}-{column}", "").strip())
    }
    return {"element": line.element, **given} if given else None


def _explanations(typed: Typed) -> Iterable[dict[str, str]]:
    for name, text in typed.items():
        if name.startswith("explanation|") and text.strip():
            _, rule, measure = name.split("|", 2)
            yield {"rule": rule, "measure": measure, "text": text.strip()}


def troubles(form: Form, body: Body | None, found: Iterable[Json]) -> list[Trouble]:
    """Problems as the API lists them, each at the field or the row and column it is about."""
    titles = {slot.measure: slot.title for slot in form.slots}
    return [_trouble(form, body, titles, one) for one in found]


def _trouble(form: Form, body: Body | None, titles: Mapping[str, str], one: Json) -> Trouble:
    field, where = _located(body, one.get("pointer", ""))
    if body is not None and not field:
        field, where = _as_whole(form, one.get("pointer", ""))
    where = where or in_file(one.get("pointer", ""))
    measure = one.get("measure", "")
    return Trouble(
        text=message_of(one),
        code=one["code"],
        where=where or titles.get(measure, ""),
        field=field,
        soft=one.get("stage") == "soft",
        rule=one["code"],
        measure=measure,
        before=bool(one.get("previously_explained")),
    )


def message_of(one: Json) -> str:
    """What is wrong, in the words of whoever fills in a form."""
    return PLAINLY.get(one["code"]) or one.get("message") or one.get("detail", "")


def place_of(one: Json) -> tuple[str, str, str]:
    """Sheet, row and column of a problem, as far as it has them."""
    found = IN_FILE.fullmatch(one.get("pointer", ""))
    if found is not None:
        return found[1] or "", found[2], found[3] or ""
    return one.get("sheet", ""), str(one.get("row") or ""), one.get("column", "")


def in_file(pointer: str) -> str:
    """`/file/readings/4/value` as `Sheet readings, row 4, column value`."""
    found = IN_FILE.fullmatch(pointer)
    if found is None:
        return ""
    row = f"Sheet {found[1]}, row {found[2]}" if found[1] else f"Row {found[2]}"
    return f"{row}, column {found[3]}" if found[3] else row


def _located(body: Body | None, pointer: str) -> tuple[str, str]:
    """The field's id and its words; nothing where the problem is about no one field."""
    found = POINTER.search(pointer)
    if body is None or found is None:
        return "", ""
    part, index, column = found[1], int(found[2]), found[3] or ""
    if part == "breakdowns":
        return (f"{body.groups[index]}-count", "") if index < len(body.groups) else ("", "")
    slots: Sequence[Slot | Sum] = body.readings if part == "readings" else body.sums
    if index >= len(slots):
        return "", ""
    slot = slots[index]
    return _of_slot(slot, column) if isinstance(slot, Slot) else _of_sum(slot, column)


def _of_slot(slot: Slot, column: str) -> tuple[str, str]:
    known = dict(slot.columns)
    column = column if column in known else "value"
    return f"{slot.id}-{column}", f"{slot.label}, {known[column].lower()}"


def _of_sum(line: Sum, column: str) -> tuple[str, str]:
    column = column if column in dict(SUMS) else SUMS[0][0]
    return f"{line.id}-{column}", f"{line.element}, {dict(SUMS)[column].lower()}"


def _as_whole(form: Form, pointer: str) -> tuple[str, str]:
    """Where something is missing: the first field that would hold it."""
    if (name := pointer.removeprefix("/body/")) in PLAIN:
        return name, PLAIN[name]
    found = WHOLE.search(pointer)
    if found is None:
        return "", ""
    part, first, second = found[1], found[2], found[3] or ""
    if part == "budget":
        return next((_of_sum(line, "") for line in form.sums if line.element == first), ("", ""))
    if part == "breakdowns":
        groups = (one for one in form.groups if (one.measure, one.breakdown) == (first, second))
        return next(((f"{one.id}-1-count", f"{one.title}") for one in groups), ("", ""))
    slots = [slot for slot in form.slots if slot.measure == first]
    exact = [slot for slot in slots if slot.period == second] or slots[-1:]
    return _of_slot(exact[0], "") if exact else ("", "")

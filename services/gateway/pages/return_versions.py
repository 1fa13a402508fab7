"""A return that was handed in or kept, back in its form's fields; its versions side by side. Pure.

Law: what stands in a field is what was reported, figure for figure; nothing is worked out anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from services.gateway.pages.return_forms import SUMS, Form
from services.gateway.pages.wording import measured, money, period, words
from shared.values.money import pounds

Json = Mapping[str, Any]
SHOWN_VERSIONS = 3


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One figure through the versions, oldest first; `changed` where the last two differ."""

    name: str
    figures: tuple[str, ...]
    changed: bool


def typed_of(form: Form, content: Json) -> dict[str, str]:
    """A body or a version as it would have been typed."""
    typed = _readings(form, content) | _sums(form, content) | _groups(form, content)
    for name in ("complaints", "compliments"):
        if content.get(name):
            typed[name] = str(content[name])
    if isinstance(content.get("story"), str):
        typed["story"] = content["story"]
    if content.get("nil"):
        typed["nil"] = "yes"
    for one in content.get("explanations", ()):
        if isinstance(one.get("text"), str):
            typed[f"explanation|{one['rule']}|{one.get('measure', '')}"] = one["text"]
    return typed


def _readings(form: Form, content: Json) -> dict[str, str]:
    by_key = {(one["measure"], one["period"]): one for one in content.get("readings", ())}
    typed: dict[str, str] = {}
    for slot in form.slots:
        reading = by_key.get((slot.measure, slot.period))
        if reading is None:
            continue
        typed[f"{slot.id}-status"] = reading.get("status", "given")
        for column, _ in slot.columns:
            if reading.get(column) is not None:
                typed[f"{slot.id}-{column}"] = str(reading[column])
    return typed


def _sums(form: Form, content: Json) -> dict[str, str]:
    by_element = {one["element"]: one for one in content.get("budget", ())}
    return {
        f"{line.id}-{column}": _pounds(by_element[line.element].get(column))
        for line in form.sums
        if line.element in by_element
        for column, _ in SUMS
    }


def _pounds(pence: Any) -> str:
    return pounds(pence).replace("£", "").replace(",", "") if isinstance(pence, int) else ""


def _groups(form: Form, content: Json) -> dict[str, str]:
    typed: dict[str, str] = {}
    for group in form.groups:
        counts = {
            part["group"]: str(part["count"])
            for part in content.get("breakdowns", ())
            if (part["measure"], part["breakdown"]) == (group.measure, group.breakdown)
        }
        rows = {name: f"{group.id}-{n}" for n, name in enumerate(group.known, 1)}
        for name, count in counts.items():
            if name not in rows:
                rows[name] = f"{group.id}-{len(rows) + 1}"
                typed[f"{rows[name]}-name"] = name
            typed[f"{rows[name]}-count"] = count
    return typed


def side_by_side(versions: Sequence[Json], titles: Mapping[str, Json]) -> list[Line]:
    """Every figure of the last versions, in the order of the newest; at most three versions."""
    told = [figures_of(one, titles) for one in versions[-SHOWN_VERSIONS:]]
    names = dict.fromkeys(name for figures in reversed(told) for name in figures)
    return [
        Line(
            name=name,
            figures=tuple(figures.get(name, "") for figures in told),
            changed=len(told) > 1 and told[-1].get(name) != told[-2].get(name),
        )
        for name in names
    ]


def figures_of(version: Json, titles: Mapping[str, Json]) -> dict[str, str]:
    """Every figure of a version, or of what waits to be signed, by what it is called."""
    found: dict[str, str] = {}
    for one in version.get("readings", ()):
        title, unit = _titled(titles, one["measure"])
        value = one.get("value")
        status = one.get("status", "given")
        said = words(status) if value is None else measured(value, unit)
        if one.get("numerator") is not None:
            said += f" ({one['numerator']} of {one['denominator']})"
        found[f"{title}, {period(one['period'])}"] = said
    for one in version.get("breakdowns", ()):
        title, _ = _titled(titles, one["measure"])
        found[f"{title}, {words(one['breakdown']).lower()}: {one['group']}"] = str(one["count"])
    for one in version.get("budget", ()):
        for column, label in SUMS:
            found[f"{one['element']}: {label.lower()}"] = money(one[column])
    for name in ("complaints", "compliments"):
        if version.get(name) is not None:
            found[name.capitalize()] = str(version[name])
    return found


def _titled(titles: Mapping[str, Json], measure: str) -> tuple[str, str]:
    known = titles.get(measure)
    return (known["title"], known["unit"]) if known else (measure, "number")

"""How facts are said on a page: days, times, periods, sums, values, statuses. Pure.

Law: a fact reads the same on every page; what has no words of its own is said as its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.values.money import pounds
from shared.values.quarters import first_day, last_day, parse_period, year_of

LONDON = ZoneInfo("Europe/London")
NONE = "–"  # noqa: RUF001 - an en dash stands for nothing

PERIOD = re.compile(r"\b\d{4}-\d{2}-(?:Q[1-4]|M\d{2}|Y)\b")

ROLES = {
    "commissioner": "Commissioner",
    "board-secretary": "Board secretary",
    "board-member": "Board member",
    "procurement-officer": "Procurement officer",
    "evaluator": "Evaluator",
    "contract-manager": "Contract manager",
    "finance": "Finance officer",
    "chief-finance-officer": "Chief finance officer",
    "provider": "Provider",
    "provider-signatory": "Signatory",
    "auditor": "Auditor",
    "accounts-auditor": "Auditor of accounts",
    "partner-system": "Partner's system",
    "operator": "Operator",
    "service": "Service",
}
QUADRANTS = {
    "how-much": "How much did we do?",
    "how-well": "How well did we do it?",
    "better-off-number": "Is anyone better off? Number",
    "better-off-percent": "Is anyone better off? Percentage",
}
WORDS = {
    "how-much": "How much",
    "how-well": "How well",
    "sla": "Service level agreement",
    "missing": "No value given",
    "not-applicable": "Not applicable",
    "suppressed": "Suppressed",
    "nil": "Nil",
    "no-target": "No target",
    "too-few": "Too few to say",
    "section-75": "Section 75, NHS Act 2006",
    "section-10": "Section 10, Children Act 2004",
    "bids-close": "Bids close",
    "standstill-ends": "Standstill ends",
    "notice-answer": "Answer to a notice",
    "action": "Action of a review meeting",
    "threshold": "Target missed",
    "no-cost": "Costs nothing",
    "low-cost": "Costs little",
    "costed": "Has a cost",
    "not-reported": "Not reported",
    "standard-lapsed": "A standard lapsed",
    "lado": "Local authority designated officer",
}
COLOURS = {
    "statutory": "purple",
    "voluntary": "blue",
    "not-applicable": "grey",
    "unsuccessful": "grey",
    "disregarded": "orange",
    "warning": "orange",
    "error": "orange",
    "overdue": "red",
    "paused": "grey",
    "running": "blue",
    "explanation-requested": "orange",
    "exception-report": "orange",
    "formal-review": "orange",
    "late": "orange",
    "missed": "orange",
    "raised": "orange",
    "explanation-asked": "orange",
    "upheld": "orange",
    "rejected": "orange",
    "queried": "yellow",
    "partly-accepted": "yellow",
    "explained": "yellow",
    "terminated": "grey",
    "completed": "grey",
    "closed": "grey",
    "dismissed": "grey",
    "cancelled": "grey",
    "suppressed": "grey",
    "accepted": "green",
    "restated": "green",
    "met": "green",
    "good": "green",
    "approaching-target": "yellow",
    "requires-improvement": "orange",
    "inadequate": "red",
    "other": "grey",
    "signed": "green",
    "signed-off": "green",
    "prepared": "yellow",
    "discarded": "grey",
    "agreed": "green",
    "disputed": "orange",
    "submitted": "blue",
}


def day(value: date | datetime | str | None) -> str:
    """`2027-06-30` as `30 June 2027`; an instant as its day in London."""
    found = _day(value)
    return f"{found.day} {found:%B %Y}" if found else NONE


def _day(value: date | datetime | str | None) -> date | None:
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value


def moment(value: datetime | str | None) -> str:
    """An instant as `30 June 2027 at 11:59pm` in London."""
    if not value:
        return NONE
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    at = at.astimezone(LONDON)
    hour, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    return f"{day(at)} at {hour}:{at.minute:02d}{half}"


def period(name: str) -> str:
    """`2026-27-Q1` as `Quarter 1, April to June 2026`; a month by its name."""
    try:
        _, frequency, number = parse_period(name)
    except ValueError:
        return name
    first, last = first_day(name), last_day(name)
    if frequency == "monthly":
        return f"{first:%B %Y}"
    if frequency == "annual":
        return f"Year {year_of(name)}, {first:%B %Y} to {last:%B %Y}"
    return f"Quarter {number}, {first:%B} to {last:%B %Y}"


def short_period(name: str) -> tuple[str, str]:
    """A period for an axis: `Q1` over `2026/27`, `Apr` over `2026`."""
    try:
        _, frequency, number = parse_period(name)
    except ValueError:
        return name, ""
    if frequency == "monthly":
        return f"{first_day(name):%b}", f"{first_day(name):%Y}"
    return (f"Q{number}" if frequency == "quarterly" else "Year"), year_of(name)


def in_words(title: str) -> str:
    """A title with every period in it as people say it."""
    return PERIOD.sub(lambda found: period(found[0]), title)


def money(pence: int | None) -> str:
    return NONE if pence is None else pounds(pence)


def measured(value: Decimal | str | int | None, unit: str) -> str:
    """A measure's value in its unit; exact, without idle zeros."""
    if value is None:
        return NONE
    exact = Decimal(value)
    if unit == "pence":
        return pounds(int(exact))
    said = f"{exact:,f}"
    if "." in said:
        said = said.rstrip("0").rstrip(".")
    if unit == "percent":
        return f"{said}%"
    if unit == "days":
        return f"{said} day" if exact == 1 else f"{said} days"
    return said


def words(code: str | None) -> str:
    """A code as words: `explanation-asked` as `Explanation asked`."""
    if not code:
        return NONE
    return WORDS.get(code) or code.replace("-", " ").capitalize()


def colour(code: str) -> str:
    """The colour of a status; the word beside it says the same."""
    return COLOURS.get(code, "blue")


MEDIA = {
    "application/pdf": "PDF",
    "image/png": "PNG picture",
    "image/jpeg": "JPEG picture",
    "text/csv": "CSV table",
    "text/plain": "Text",
}


def media(kind: str) -> str:
    """What a file is, in words."""
    if kind.endswith("spreadsheetml.sheet"):
        return "Excel workbook"
    return "Word document" if kind.endswith("wordprocessingml.document") else MEDIA.get(kind, kind)


def size(count: int) -> str:
    """A file's size in whole kB or, from a megabyte, MB to one decimal."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB"


def roles(held: Iterable[str]) -> str:
    """Roles as a line, in a settled order."""
    return ", ".join(ROLES.get(role, words(role)) for role in sorted(held))


def percent(part: int, whole: int) -> str:
    """A part of a whole to one decimal; of nothing, nothing is said."""
    if whole == 0:
        return NONE
    return measured((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1")), "percent")

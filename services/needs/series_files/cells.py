"""What the cells of a file of figures say: values in their unit, symbols, ages, periods. Pure.

Law: nothing is guessed. What is unavailable keeps its reason and is never nought; an empty cell
says nothing and is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import msgspec

from services.needs.assessments.figures import FigureBreakdown, FigureStatus
from shared.published.terms import Unit

SYMBOLS: Mapping[str, FigureStatus] = {
    "x": "missing", ":": "missing", "..": "missing", "u": "missing", "missing": "missing",
    "z": "not-applicable", "not applicable": "not-applicable", "not-applicable": "not-applicable",
    "c": "suppressed", "*": "suppressed", "low": "suppressed", "suppressed": "suppressed",
    "nil": "nil",
}  # fmt: skip
"""The symbols of official statistics, and the words for them; `u` is too unreliable to give."""

BREAKDOWNS: Mapping[str, FigureBreakdown] = {
    "": "all", "all": "all", "total": "all", "age": "age", "age-band": "age-band",
    "age band": "age-band", "sex": "sex", "gender": "sex", "ethnicity": "ethnicity",
    "disability": "disability", "religion": "religion", "locality": "locality", "send": "send",
}  # fmt: skip
PERIOD = re.compile(r"^[0-9]{4}([/-][0-9A-Za-z/-]{1,8})?$")
LABEL = re.compile(r"^[^\x00-\x1f\x7f]{1,80}$")
AGE = re.compile(r"^(?:age )?(\d{1,3})(?: (and under|and over))?$", re.IGNORECASE)
MOST_DIGITS, MOST_DECIMALS = 18, 6
MOST_PEOPLE = 10**9


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in one cell: row from 1 with the heading counted, its column, a sentence."""

    row: int
    column: str
    code: str
    detail: str


class CannotSay(Exception):
    """A cell that cannot be read, for its row to report."""

    def __init__(self, column: str, code: str, detail: str) -> None:
        super().__init__(code)
        self.column, self.code, self.detail = column, code, detail


def value_of(cell: str, unit: Unit, column: str) -> tuple[Decimal | None, FigureStatus]:
    """A number in its unit, or why there is none. Raises CannotSay."""
    text = cell.strip()
    if not text:
        say = "The cell is empty: write 0, or nil, x (missing), z (not applicable), c (suppressed)."
        raise CannotSay(column, "value-empty", say)
    if status := SYMBOLS.get(text.lower()):
        return None, status
    bare, factor = _bare(text, unit, column)
    try:
        value = Decimal(bare.replace(",", "")) * factor
    except InvalidOperation as error:
        say = "This is neither a number nor one of the symbols x, z, c and nil."
        raise CannotSay(column, "value-unclear", say) from error
    fits = value.is_finite() and _fits(value)
    if not fits or (unit == "pence" and value != value.to_integral_value()):
        say = "A number has up to 12 digits before the point and 6 after it; money is whole pence."
        raise CannotSay(column, "value-unclear", say)
    return value.to_integral_value() if unit == "pence" else value, "given"


def _bare(text: str, unit: Unit, column: str) -> tuple[str, int]:
    """The digits without the sign of their unit. Raises CannotSay where it is another unit's."""
    if text.endswith("%"):
        if unit != "percent":
            raise CannotSay(column, "unit-differs", "The indicator is not counted in per cent.")
        return text[:-1].strip(), 1
    if text.startswith("£"):
        if unit != "pence":
            raise CannotSay(column, "unit-differs", "The indicator is not a sum of money.")
        return text[1:].strip(), 100
    return text, 1


def _fits(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return decimals <= MOST_DECIMALS and value.adjusted() < MOST_DIGITS - MOST_DECIMALS


def base_of(cell: str, column: str) -> int | None:
    """How many children stand behind a figure; nothing where that is not to be had."""
    text = cell.strip().replace(",", "")
    if not text or text.lower() in SYMBOLS:
        return None
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PEOPLE:
        raise CannotSay(column, "base-unclear", "The children behind a figure are a whole number.")
    return int(text)


def period_of(cell: str, column: str) -> str:
    """A year, a school or financial year such as 2023/24, or a part of one."""
    text = cell.strip()
    if text.isdigit() and len(text) == 6:  # 202324, as school years are published
        text = f"{text[:4]}/{text[4:]}"
    if not PERIOD.match(text):
        raise CannotSay(column, "period-unclear", "Write a period such as 2024, 2023/24, 2024-Q1.")
    return text


def label_of(cell: str, column: str, code: str, what: str) -> str:
    text = cell.strip()
    if not LABEL.match(text):
        raise CannotSay(column, code, f"Name {what}, in at most 80 characters.")
    return text


def breakdown_of(cell: str, column: str) -> FigureBreakdown:
    found = BREAKDOWNS.get(cell.strip().lower())
    if found is None:
        known = "all, age, age-band, sex, ethnicity, disability, religion, locality, send"
        raise CannotSay(column, "breakdown-unknown", f"A breakdown is one of: {known}.")
    return found


def age_of(cell: str) -> str:
    """`age 10`, `age 2 and under`, `age 20 and over`, `Unknown` as `10`, `0-2`, `20+`, `unknown`.

    What is none of these stays as it is.
    """
    text = cell.strip()
    if text.lower() == "unknown":
        return "unknown"
    found = AGE.match(text)
    if found is None:
        return text
    end = (found[2] or "").lower()
    return f"0-{found[1]}" if end == "and under" else f"{found[1]}+" if end else str(int(found[1]))

"""Which column of an extract says what, and its cells as lines. Pure.

Law: a cell is taken as it stands or told as a problem with its row and column; nothing is guessed
for a cell that the mapping does not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from services.gateway.reconciliations.lines import Line
from shared.published.terms import Term
from shared.sheets.cells import FORMULA, Cell

DayOrder = Literal["dmy", "mdy", "ymd"]
Decimals = Literal[".", ","]
SHOWN_PROBLEMS = 200
MOST_PENCE = 10**14
MONTHS = ("%d %b %Y", "%d %B %Y", "%d %b %y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y")
NUMERIC = re.compile(r"^(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[ T]\d{2}:\d{2}.*)?$")
FOUR_DIGITS = 4
A_CENTURY = 100
LAST_OF_THIS_CENTURY = 69

Rows = Sequence[tuple[int, Sequence[Cell]]]


class ColumnMapping(Term, frozen=True, kw_only=True):
    """Columns by their headings; either `amount`, or `debit` and `credit` or one of these.

    As they stand, an amount above zero is money in, a credit too, as a bank writes to its
    customer; `turned` says that the file has it the other way round. Some write what was paid out
    with a minus although it has a column of its own.
    """

    date: str
    amount: str = ""
    debit: str = ""
    credit: str = ""
    reference: str = ""
    batch: str = ""
    text: str = ""
    day_order: DayOrder = "dmy"
    decimals: Decimals = "."
    turned: bool = False
    debits_have_minus: bool = False

    def columns(self) -> dict[str, str]:
        """What is mapped: the role and the heading."""
        roles = ("date", "amount", "debit", "credit", "reference", "batch", "text")
        return {role: heading for role in roles if (heading := getattr(self, role))}


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a cell, where the reader of the file looks for it."""

    row: int
    column: str
    code: str
    message: str


class Unclear(Exception):
    """A cell that cannot be read: the code, and the sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


# -- proposing

WORDS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "transaction date", "posting date", "value date", "posted", "day"),
    "amount": ("amount", "value", "amount gbp", "net amount", "transaction amount", "sum"),
    "debit": ("debit", "debits", "paid out", "money out", "withdrawal", "withdrawals", "dr",
              "payments", "debit amount"),
    "credit": ("credit", "credits", "paid in", "money in", "deposit", "deposits", "cr",
               "receipts", "credit amount"),
    "reference": ("reference", "ref", "transaction reference", "payment reference", "document",
                  "document number", "voucher", "our reference", "invoice"),
    "batch": ("batch", "batch number", "batch key", "run", "payment run", "batch id"),
    "text": ("description", "narrative", "details", "transaction description", "text",
             "particulars", "memo", "transaction"),
}  # fmt: skip


def proposed(
    headings: Sequence[str], rows: Rows, remembered: ColumnMapping | None
) -> ColumnMapping:
    """What was confirmed for this source before if the file still has those columns, else by
    the headings and a look at the cells.
    """
    if remembered and set(remembered.columns().values()) <= set(headings):
        return remembered
    found = {role: _heading(headings, words) for role, words in WORDS.items()}
    if found["debit"] and found["credit"]:
        found["amount"] = ""
    elif found["amount"]:
        found["debit"] = found["credit"] = ""
    dates = _column(headings, rows, found["date"])
    money = _column(headings, rows, found["amount"] or found["debit"] or found["credit"])
    debits = [cell for _, cells in rows for cell in _cells_at(headings, cells, found["debit"])]
    return ColumnMapping(
        date=found["date"],
        amount=found["amount"],
        debit=found["debit"],
        credit=found["credit"],
        reference=found["reference"],
        batch=found["batch"],
        text=found["text"],
        day_order=_order(dates),
        decimals=_decimals(money),
        debits_have_minus=bool(debits) and all(_has_minus(cell) for cell in debits),
    )


def _cells_at(headings: Sequence[str], cells: Sequence[Cell], heading: str) -> list[Cell]:
    """The cell of one row in a column, if it has one that says anything."""
    at = headings.index(heading) if heading in headings else len(cells)
    return [cells[at]] if at < len(cells) and cells[at] != "" else []


def _has_minus(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell.strip().startswith(("-", "("))
    return not isinstance(cell, date) and cell <= 0


def _heading(headings: Sequence[str], words: Sequence[str]) -> str:
    plain = {heading: re.sub(r"[^a-z ]", " ", heading.lower()).strip() for heading in headings}
    for word in words:
        for heading, said in plain.items():
            if " ".join(said.split()) == word:
                return heading
    for word in words:
        for heading, said in plain.items():
            if word in said.split():
                return heading
    return ""


def _column(headings: Sequence[str], rows: Rows, heading: str) -> list[str]:
    if heading not in headings:
        return []
    at = headings.index(heading)
    return [cell for _, cells in rows if at < len(cells) and isinstance(cell := cells[at], str)]


def _order(cells: Iterable[str]) -> DayOrder:
    """As a British file has it unless a cell shows that it cannot be."""
    found = [match for cell in cells if (match := NUMERIC.match(cell))]
    if found and all(len(match[1]) == FOUR_DIGITS for match in found):
        return "ymd"
    american = any(int(match[2]) > 12 for match in found)
    british = any(12 < int(match[1]) <= 31 for match in found)
    return "mdy" if american and not british else "dmy"


def _decimals(cells: Iterable[str]) -> Decimals:
    """A comma before the last two digits, and never a point there, is a decimal comma."""
    kept = [cell.rstrip(" -)CRD") for cell in cells]
    commas = sum(bool(re.search(r",\d{2}$", cell)) for cell in kept)
    points = sum(bool(re.search(r"\.\d{1,2}$", cell)) for cell in kept)
    return "," if commas and not points else "."


# -- reading cells


def day(cell: Cell, order: DayOrder) -> date:
    """Raises Unclear: date-missing, formula, date-unreadable."""
    if isinstance(cell, date):
        return cell
    if cell == "":
        raise Unclear("date-missing", "This row has no date.")
    if cell == FORMULA:
        raise Unclear("formula", "A formula is not evaluated; send its value.")
    text = str(cell).strip()
    found = NUMERIC.match(text)
    try:
        return _numeric_day(found.groups(), order) if found else _worded_day(text)
    except ValueError as error:
        raise Unclear("date-unreadable", "This is not a date in the order chosen.") from error


def _numeric_day(parts: Sequence[str], order: DayOrder) -> date:
    if len(parts[0]) == FOUR_DIGITS:
        order = "ymd"
    year, month, of_month = (int(parts[order.index(letter)]) for letter in "ymd")
    if year < A_CENTURY:
        year += 2000 if year <= LAST_OF_THIS_CENTURY else 1900
    return date(year, month, of_month)


def _worded_day(text: str) -> date:
    plain = " ".join(text.replace(",", " ").split())
    for form in MONTHS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


def pence(cell: Cell, decimals: Decimals) -> int | None:
    """None for an empty cell. Raises Unclear: formula, amount-unreadable,
    amount-not-whole-pence, amount-too-large.
    """
    if cell == "":
        return None
    if cell == FORMULA:
        raise Unclear("formula", "A formula is not evaluated; send its value.")
    if isinstance(cell, date):
        raise Unclear("amount-unreadable", "This is a date, not an amount.")
    if isinstance(cell, int | float):
        exact = Decimal(repr(cell)).quantize(Decimal("0.000001")) if abs(cell) < 10**15 else None
        amount = exact
    else:
        amount = _written(cell, decimals)
    if amount is None or not amount.is_finite():
        raise Unclear("amount-unreadable", "This is not an amount.")
    whole = amount * 100
    if whole != whole.to_integral_value():
        raise Unclear("amount-not-whole-pence", "An amount has whole pence.")
    if abs(whole) > MOST_PENCE:
        raise Unclear("amount-too-large", "This amount is too large to be right.")
    return int(whole)


def _written(cell: str, decimals: Decimals) -> Decimal | None:
    """`(1,234.50)`, `1.234,50-`, `£12.00 DR`."""
    text = cell.upper().replace("£", "").replace("GBP", "").replace("−", "-")  # noqa: RUF001
    text = re.sub(r"[\s']", "", text)
    sign = 1
    if text.endswith(("DR", "CR")):
        sign, text = (-1 if text.endswith("DR") else 1), text[:-2]
    if text.startswith("(") and text.endswith(")"):
        sign, text = -sign, text[1:-1]
    if text.endswith("-"):
        sign, text = -sign, text[:-1]
    thousands = "," if decimals == "." else "."
    text = text.replace(thousands, "").replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
        return None
    try:
        return sign * Decimal(text)
    except InvalidOperation:
        return None


# -- a whole extract


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """An extract as lines; with any problem there are none."""

    lines: tuple[Line, ...]
    problems: tuple[RowProblem, ...]
    more_problems: int = 0


def mapped(
    headings: Sequence[str],
    rows: Rows,
    mapping: ColumnMapping,
    first: int,
    from_on: date,
    to_on: date,
) -> Read:
    """Every row as a line, numbered from `first`; a day outside the period is a problem."""
    at = {role: headings.index(heading) for role, heading in mapping.columns().items()}
    lines: list[Line] = []
    problems: list[RowProblem] = []
    for row, cells in rows:

        def cell(role: str, cells: Sequence[Cell] = cells) -> Cell:
            place = at.get(role)
            return cells[place] if place is not None and place < len(cells) else ""

        def said(role: str, cell: Callable[[str], Cell] = cell) -> str:
            found = cell(role)
            whole = int(found) if isinstance(found, float) and found.is_integer() else found
            return "" if found == FORMULA else str(whole)

        try:
            on = _within(day(cell("date"), mapping.day_order), from_on, to_on)
        except Unclear as unclear:
            problems.append(_problem(row, mapping.date, unclear))
            continue
        try:
            amount = _amount(cell, mapping)
        except _InColumn as wrong:
            problems.append(_problem(row, wrong.column, wrong.unclear))
            continue
        lines.append(
            Line(
                number=first + len(lines), on=on, amount_pence=amount,
                reference=said("reference")[:140], batch=said("batch")[:140],
                text=said("text")[:300], row=row,
            )
        )  # fmt: skip
    if problems:
        more = max(0, len(problems) - SHOWN_PROBLEMS)
        return Read(lines=(), problems=tuple(problems[:SHOWN_PROBLEMS]), more_problems=more)
    return Read(lines=tuple(lines), problems=())


class _InColumn(Exception):
    """An amount that cannot be read, and the column it is in."""

    def __init__(self, column: str, unclear: Unclear) -> None:
        super().__init__(column)
        self.column = column
        self.unclear = unclear


def _within(on: date, from_on: date, to_on: date) -> date:
    if not from_on <= on <= to_on:
        raise Unclear("date-outside-period", "This day is not in the period stated.")
    return on


def _amount(cell: Callable[[str], Cell], mapping: ColumnMapping) -> int:
    """Money in is plus. Raises _InColumn."""
    sums: list[int] = []
    signs = {"amount": 1, "debit": 1 if mapping.debits_have_minus else -1, "credit": 1}
    for role, heading in mapping.columns().items():
        if role not in signs:
            continue
        try:
            found = pence(cell(role), mapping.decimals)
        except Unclear as unclear:
            raise _InColumn(heading, unclear) from unclear
        if found is not None:
            sums.append(found * signs[role])
    if not sums:
        heading = mapping.amount or mapping.debit or mapping.credit
        missing = Unclear("amount-missing", "This row has no amount.")
        raise _InColumn(heading, missing)
    return -sum(sums) if mapping.turned else sum(sums)


def _problem(row: int, column: str, unclear: Unclear) -> RowProblem:
    return RowProblem(row=row, column=column, code=unclear.code, message=unclear.message)

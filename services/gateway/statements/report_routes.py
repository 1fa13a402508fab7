"""The doors of a fund's reports: to the Board at each meeting, and for the year's accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import Query, Request

from services.gateway.audits.routes import opinions_on
from services.gateway.contract_views.views import CONTRACT_FACTS
from services.gateway.exports.tables import FILES, Table, as_asked
from services.gateway.ledgers.routes import Asked, Cut, Reader, Reading, reading
from services.gateway.ledgers.statements import judged
from services.gateway.statements.reports import (
    BudgetReport,
    Figure,
    Memorandum,
    budget_report,
    memorandum,
)
from shared.eventsourcing.commands import Invalid, Missing
from shared.http.bodies import Id
from shared.http.membership import partnerships
from shared.http.reading import Texts
from shared.http.routing import Router

router = Router(prefix="/v1/ledgers", tags=["statements"])

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59, 999999)
SECTIONS = {"fund": "Fund", "partner": "Partners", "contract": "Contracts"}
Names = Mapping[str, str]


@router.get("/{fund}/report", responses=FILES, response_model=dict[str, Any])
async def read_report(
    request: Request,
    fund: Id,
    cut: Asked,
    _: Reader,
    since: Annotated[date | None, Query(description="the day of the report before")] = None,
) -> Any:
    """The Board's budget monitoring report: the fund, its partners, its contracts.

    With `since`, every figure also as it was reported by the end of that day. As a file with
    `Accept: text/csv` or that of a spreadsheet. 422: invalid.
    """
    read = await reading(request, fund, cut, summed=True)
    report = budget_report(read.position(), await _before(request, read, since))
    names = await _names(request, read)
    flat, sheets = _report_tables(report, names)
    file = as_asked(request, f"budget-report-{fund}-{read.year}", flat, sheets)
    return file or read.head() | msgspec.to_builtins(report) | {
        "since": msgspec.to_builtins(since),
        "names": dict(names),
        "broken_identities": _broken(read),
    }


async def _before(request: Request, read: Reading, since: date | None) -> Any:
    """The position as it was reported by the end of a day; None where nothing was."""
    if since is None:
        return None
    if read.as_of is not None and since >= read.as_of:
        raise Invalid("The report before is of an earlier day.", pointer="/query/since")
    known_at = datetime.combine(since, END_OF_DAY, LONDON)
    if read.known_at is not None:
        known_at = min(known_at, read.known_at)
    cut = Cut(year=read.year, as_of=since, known_at=known_at)
    try:
        return (await reading(request, read.row.fund, cut, summed=True)).position()
    except Missing:  # the year was not open yet
        return None


def _broken(read: Reading) -> list[str]:
    found = judged(read.lines, read.position(), closed=read.closed, kept=None)
    return [one.name for one in found if one.holds is False]


async def _names(request: Request, read: Reading) -> Names:
    """What partners and contracts are called."""
    partnership = (await partnerships(request)).get(read.row.partnership)
    names = {one.agency: one.name for one in partnership.members} if partnership else {}
    store = request.app.state.house.stores[CONTRACT_FACTS.name]
    for contract in sorted({line.contract for line in read.lines} - {""}):
        row = await store.get(contract)
        names[contract] = row.title if row else contract
    return names


def _report_tables(report: BudgetReport, names: Names) -> tuple[Table, list[Table]]:
    """Every figure on a row of its own; and a sheet for each kind of subject, a column a figure."""
    columns = ("section", "subject", "name", "what", "amount_pence", "before_pence")
    flat = Table(
        name="Report",
        columns=columns,
        rows=tuple(
            (f.section, f.subject, names.get(f.subject, f.subject), f.what, f.amount_pence,
             f.before_pence)
            for f in report.figures
        ),
    )  # fmt: skip
    return flat, [_sheet(report.figures, key, title, names) for key, title in SECTIONS.items()]


def _sheet(figures: tuple[Figure, ...], key: str, title: str, names: Names) -> Table:
    subjects: dict[str, list[Figure]] = {}
    for one in figures:
        if one.section == key:
            subjects.setdefault(one.subject, []).append(one)
    first = next(iter(subjects), "")
    sums = tuple(f"{one.what.replace('-', '_')}_pence" for one in subjects.get(first, ()))
    return Table(
        name=title,
        columns=("name", *sums),
        rows=tuple(
            (names.get(subject, subject) or "Whole fund", *(one.amount_pence for one in found))
            for subject, found in subjects.items()
        ),
    )


@router.get("/{fund}/memorandum", responses=FILES, response_model=dict[str, Any])
async def read_memorandum(request: Request, fund: Id, cut: Asked, texts: Texts, _: Reader) -> Any:
    """The year's memorandum account: what each partner put in, what was spent, what is left; its
    `digest`, and the auditor's `opinions` on the year.

    As a file with `Accept: text/csv` or that of a spreadsheet.
    """
    read = await reading(request, fund, cut, summed=True)
    found = memorandum(read.agreement, read.year, read.lines)
    names = await _names(request, read)
    flat, sheets = _memorandum_tables(found, names)
    file = as_asked(request, f"memorandum-{fund}-{read.year}", flat, sheets)
    if file:
        return file
    return {
        **read.head(),
        **msgspec.to_builtins(found),
        **await opinions_on(request, read, found, texts),
        "names": dict(names),
        "broken_identities": _broken(read),
    }


def _memorandum_tables(found: Memorandum, names: Names) -> tuple[Table, list[Table]]:
    sums = tuple(name for name in found.partners[0].__struct_fields__ if name != "partner")
    partners = Table(
        name="Partners",
        columns=("partner", *sums),
        rows=tuple(
            (names.get(one.partner, one.partner), *(getattr(one, name) for name in sums))
            for one in found.partners
        ),
    )
    spending = Table(
        name="Spending",
        columns=("contract", "element", "spend_pence",
                 *(f"{names.get(one.partner, one.partner)}_pence" for one in found.partners)),
        rows=tuple(
            (names.get(one.contract, one.contract), one.element, one.spend_pence,
             *one.shares_pence)
            for one in found.spending
        ),
    )  # fmt: skip
    holdings = Table(
        name="Holdings",
        columns=("what", "amount_pence"),
        rows=tuple((one.what, one.amount_pence) for one in found.holdings),
    )
    sheets = [partners, spending, holdings]
    flat = Table(
        name="Memorandum",
        columns=("section", "subject", "what", "amount_pence"),
        rows=tuple(row for sheet in sheets for row in _flattened(sheet)),
    )
    return flat, sheets


def _flattened(sheet: Table) -> list[tuple[Any, ...]]:
    """A row for each sum: whose, and which."""
    return [
        (
            sheet.name.lower(),
            " ".join(
                str(value)
                for name, value in zip(sheet.columns, row, strict=True)
                if not name.endswith("_pence")
            ),
            name.removesuffix("_pence"),
            value,
        )
        for row in sheet.rows
        for name, value in zip(sheet.columns, row, strict=True)
        if name.endswith("_pence")
    ]

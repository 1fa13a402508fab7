"""The doors of the lists a payer publishes, of an agency's funds together or of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Query, Request, Response

from services.contracts.contracts.payment_lists import (
    LargePayment,
    PaidLine,
    compliance,
    large,
    summary,
)
from services.contracts.contracts.presets import PRESETS
from services.contracts.contracts.state import Signed
from services.contracts.reading import Contracts, Funds, signed_on
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid
from shared.http.identity import Actor
from shared.http.membership import partnerships_of
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.http.tables import as_csv
from shared.values.quarters import financial_year, first_day

router = Router(prefix="/v1/contracts", tags=["payments"])

Reader = Annotated[Actor, allowed("funds:read")]
TABLE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/presets")
async def list_presets(
    _: Annotated[Actor, allowed("contracts:read")],
) -> dict[str, dict[str, Any]]:
    """The terms a case may begin from, by name: clause and days of each step, part of each sum."""
    return {name: msgspec.to_builtins(terms) for name, terms in PRESETS.items()}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """From which day to which (this financial year so far), and of which fund, if not of all the
    agency hosts.
    """

    starts_on: date
    ends_on: date
    fund: str


async def _asked(
    request: Request,
    starts_on: Annotated[
        date | None, Query(description="first day; without: of this financial year")
    ] = None,
    ends_on: Annotated[date | None, Query(description="last day; without: today")] = None,
    fund: Annotated[str, Query(max_length=80, description="without: every fund hosted")] = "",
) -> Asked:
    last = ends_on or london_date(request.app.state.house.clock())
    first = starts_on or first_day(financial_year(last))
    if last < first:
        raise Invalid("A period ends after it begins.", pointer="/query/ends_on")
    return Asked(starts_on=first, ends_on=last, fund=fund)


Wanted = Annotated[Asked, Depends(_asked)]


async def _hosted(
    request: Request, funds: Funds, contracts: Contracts, agency: str, fund: str
) -> list[Signed]:
    """The signed contracts of the funds an agency hosts; a fund of others is no fund at all."""
    names: set[str] = set()
    for partnership in await partnerships_of(request, agency):
        years = await funds.find(where={"partnership": partnership})
        names |= {row.fund for row in years.values() if row.host == agency}
    found: list[Signed] = []
    for name in sorted(names):
        if fund in ("", name):
            found += (await signed_on(contracts, name)).values()
    return found


def _table(
    request: Request, kind: type[PaidLine | LargePayment], lines: Sequence[Any], name: str
) -> Response | None:
    """As a table where one is asked for."""
    if "text/csv" not in request.headers.get("accept", ""):
        return None
    rows: Iterable[Sequence[Any]] = (msgspec.structs.astuple(line) for line in lines)
    return Response(
        as_csv(kind.__struct_fields__, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@router.get("/payment-compliance", responses=TABLE, response_model=dict[str, Any])
async def read_compliance(
    request: Request, asked: Wanted, funds: Funds, contracts: Contracts, actor: Reader
) -> Any:
    """How the funds that the caller's agency hosts paid: within 30 days, later, not yet.

    With `Accept: text/csv` as a table. 422: invalid.
    """
    hosted = await _hosted(request, funds, contracts, actor.agency, asked.fund)
    lines = compliance(hosted, asked.starts_on, asked.ends_on)
    return _table(request, PaidLine, lines, "payment-compliance") or {
        "summary": msgspec.to_builtins(summary(lines)),
        "items": msgspec.to_builtins(lines),
    }


@router.get("/payments-over-30000", responses=TABLE, response_model=dict[str, Any])
async def read_large_payments(
    request: Request, asked: Wanted, funds: Funds, contracts: Contracts, actor: Reader
) -> Any:
    """Every payment over £30,000 out of the funds that the caller's agency hosts.

    With `Accept: text/csv` as a table. 422: invalid.
    """
    hosted = await _hosted(request, funds, contracts, actor.agency, asked.fund)
    lines = large(hosted, asked.starts_on, asked.ends_on)
    return _table(request, LargePayment, lines, "payments-over-30000") or {
        "items": msgspec.to_builtins(lines)
    }

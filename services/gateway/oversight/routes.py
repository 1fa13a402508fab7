"""The doors of oversight: all jointly funded work together, and a lead commissioner's contracts.

Each answers as JSON, and as CSV or a spreadsheet to whoever asks for one by `Accept`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request

from services.gateway.exports.tables import FILES, Table, as_asked, table
from services.gateway.oversight.content import FundWork, Together, Work, executive
from services.gateway.oversight.reading import contracts_in, joint_work, works
from services.gateway.pages.visiting import api_for
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.http.bodies import Id
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.routing import Router

router = Router(prefix="/v1/oversight", tags=["oversight"])

Level = Literal["executive", "operational"]
WORK = (
    "fund", "kind_of_fund", "contract", "title", "kind", "provider", "commissioner", "ends_on",
    "outcomes", "measures_met", "measures_missed", "returns_due", "returns_in_time",
    "returns_awaited", "cases_open", "cases_escalated", "notices_open", "reviews_open", "late",
    "actual_pence", "committed_pence", "forecast_pence",
)  # fmt: skip


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


FundReader = Annotated[Actor, allowed("funds:read", "member", of=partners)]
ContractReader = Annotated[Actor, allowed("contracts:read", "member", of=partners)]


@router.get("/{partnership}", responses=FILES, response_model=dict[str, Any])
async def read_joint_work(
    request: Request,
    partnership: Id,
    actor: FundReader,
    level: Annotated[
        Level, Query(description="of a CSV: a line a fund, or a contract")
    ] = "operational",
) -> Any:
    """Every fund, pooled and aligned, with budget, forecast, contracts, outcomes, cases and what is
    late; `executive` adds it up fund by fund. 404: not-found.
    """  # fmt: skip
    funds = await joint_work(request, await api_for(request), actor, partnership)
    lines = executive(funds)
    today = london_date(request.app.state.house.clock())
    sheets = [_executive(lines), _operational(funds)]
    flat = sheets[0 if level == "executive" else 1]
    file = as_asked(request, f"joint-work-{partnership}-{today}", flat, sheets)
    return file or {
        "partnership": partnership,
        "today": today.isoformat(),
        "executive": msgspec.to_builtins(lines),
        "funds": msgspec.to_builtins(funds),
    }


def _executive(lines: Sequence[Together]) -> Table:
    return table("Executive", Together.__struct_fields__, lines)


def _operational(funds: Sequence[FundWork]) -> Table:
    rows = tuple(_row(one, held.kind) for held in funds for one in held.contracts)
    return Table(name="Operational", columns=WORK, rows=rows)


def _row(one: Work, kind_of_fund: str) -> tuple[Any, ...]:
    return (
        one.fund, kind_of_fund, one.contract, one.title, one.kind, one.provider, one.commissioner,
        one.ends_on.isoformat(), "; ".join(each.title for each in one.outcomes), one.met,
        one.missed, one.returns_due, one.returns_in_time, one.returns_awaited, one.cases_open,
        one.cases_escalated, one.notices_open, one.reviews_open,
        "; ".join(f"{each.kind} {each.id}" for each in one.late), one.actual_pence,
        one.committed_pence, one.forecast_pence,
    )  # fmt: skip


@router.get("/{partnership}/commissioners/{agency}", responses=FILES, response_model=dict[str, Any])
async def read_commissioners_contracts(
    request: Request, partnership: Id, agency: Id, actor: ContractReader
) -> Any:
    """Every contract an agency leads on: whether it keeps to its terms and what keeps it from that,
    and how its measures do outcome by outcome. 404: not-found.
    """
    rows = {
        key: row
        for key, row in (await contracts_in(request, partnership)).items()
        if row.commissioner == agency
    }
    if not rows and agency not in await partners(request):
        raise Missing
    found = await works(request, await api_for(request), actor, rows, {})
    found.sort(key=lambda one: (not one.concerns(), one.title, one.contract))
    columns = ("contract", "title", "provider", "in_order", "concerns")
    lines = tuple(
        (one.contract, one.title, one.provider_name, "no" if one.concerns() else "yes",
         "; ".join(one.concerns()))
        for one in found
    )  # fmt: skip
    flat = Table(name="Contracts", columns=columns, rows=lines)
    file = as_asked(request, f"contracts-of-{agency}", flat, [flat])
    return file or {
        "partnership": partnership,
        "commissioner": agency,
        "contracts": [
            msgspec.to_builtins(one) | {"concerns": list(one.concerns())} for one in found
        ],
        "outcomes": _by_outcome(found),
    }


def _by_outcome(found: Sequence[Work]) -> list[dict[str, Any]]:
    """Each outcome with its contracts and their measures, the most missed first."""
    sums: dict[str, dict[str, Any]] = {}
    for one in found:
        for each in one.outcomes:
            held = sums.setdefault(
                each.outcome,
                {"outcome": each.outcome, "title": each.title, "contracts": 0, "met": 0,
                 "missed": 0, "unjudged": 0},
            )  # fmt: skip
            held["contracts"] += 1
            for name in ("met", "missed", "unjudged"):
                held[name] += getattr(each, name)
    return sorted(sums.values(), key=lambda one: (-one["missed"], one["title"]))

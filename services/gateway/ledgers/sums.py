"""A fund's lines added up by the database, for what needs sums and no single posting.

Law: lines that agree in all but their event, day and reference are one line with their sum, so
whatever is folded from sums is what the lines themselves would give.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from fastapi import Request

from services.gateway.ledgers.transactions import PostingLine
from services.gateway.ledgers.views import FUND_BOOKS

NO_EVENT = UUID(int=0)


async def sums(
    request: Request,
    fund: str,
    known_at: datetime | None = None,
    *,
    to: date | None = None,
    since: date | None = None,
) -> list[PostingLine]:
    """The sums of the lines to a day; those before `since` apart from those from it on.

    A sum is dated with the latest day among its lines, and names no event.
    """
    house = request.app.state.house
    table = house.stores[FUND_BOOKS.name].tables.lines_table
    records = await house.pool.fetch(
        "select year, account, code, contract, partner, element,"
        " max(effective_on) as effective_on, sum(amount_pence)::bigint as amount_pence"
        f" from {table} where key = $1"
        " and ($2::timestamptz is null or known_at <= $2)"
        " and ($3::date is null or effective_on <= $3)"
        " group by year, account, code, contract, partner, element,"
        " coalesce(effective_on < $4::date, false)"
        " order by min(number), min(line)",
        fund,
        known_at,
        to,
        since,
    )
    return [
        PostingLine(fund=fund, event_id=NO_EVENT, transaction=0, **dict(record))
        for record in records
    ]

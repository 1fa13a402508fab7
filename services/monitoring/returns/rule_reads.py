"""The rules as they are published: what every return is judged by, in which financial year."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request, Response

from services.monitoring.returns.rules import AT_THE_DOOR, RULES, Rule
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router
from shared.http.tables import as_csv
from shared.values.quarters import financial_year, parse_year

router = Router(prefix="/v1/returns", tags=["returns"])

COLUMNS = ("code", "stage", "message", "fields", "says", "each", "where", "must", "from_year",
           "until_year")  # fmt: skip
Year = Annotated[str, Query(max_length=7, description="Such as 2026/27; the present one without")]


@router.get("/rules")
async def list_rules(
    request: Request, _: Annotated[Actor, allowed("returns:read")], year: Year = ""
) -> Any:
    """The rules in force for the periods of a financial year, as data; as CSV where asked for.

    Each has its code, stage, message, fields, the test in a sentence and in three parts, and the
    years it holds in. `shape` is what is asked of a file before that. 422: year-unreadable.
    """
    wanted = year or financial_year(london_date(request.app.state.house.clock()))
    rules = [rule for rule in RULES if rule.holds_in(_year(wanted))]
    if wants_csv(request):
        return csv_answer(COLUMNS, [list(_flat(rule).values()) for rule in rules], "rules.csv")
    return {
        "year": wanted,
        "rules": [_told(rule) for rule in rules],
        "shape": [{"code": code, "says": says} for code, says in AT_THE_DOOR.items()],
    }


class YearUnreadable(Invalid):
    """A financial year is written such as 2026/27."""

    code = "year-unreadable"


def _year(said: str) -> str:
    try:
        parse_year(said)
    except ValueError as error:
        raise YearUnreadable(pointer="/query/year") from error
    return said


def _told(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "stage": rule.stage,
        "message": rule.message,
        "fields": rule.fields,
        "says": rule.says,
        "test": rule.test._asdict(),
        "from_year": rule.from_year,
        "until_year": rule.until_year or None,
    }


def _flat(rule: Rule) -> dict[str, str]:
    told = _told(rule)
    test = told.pop("test")
    return {name: (told | test | {"fields": " ".join(rule.fields)})[name] for name in COLUMNS}


def wants_csv(request: Request) -> bool:
    return "text/csv" in request.headers.get("Accept", "")


def csv_answer(columns: tuple[str, ...], rows: list[list[Any]], name: str) -> Response:
    """A table to download; no cell of it is a formula."""
    return Response(
        as_csv(columns, rows),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""Report cards: which measures, what each figure cites, where it leads, and the same in files."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any, cast

import openpyxl
import pytest

from services.gateway.report_cards.content import (
    Indicator,
    account_of,
    contract_card,
    indicator_of,
    shortened,
)
from services.gateway.report_cards.figures import (
    CHOSEN,
    FILLED,
    MARKED,
    card_measures,
    headlines,
)
from services.gateway.report_cards.scorecards import scorecard
from shared.charts.forecasts import forecast, quantile
from shared.testing.houses import RunningHouse
from shared.values.quarters import months_of
from tests.gateway import story

QUARTERS = ("2026-27-Q1", "2026-27-Q2", "2026-27-Q3", "2026-27-Q4")


def measure(name: str, quadrant: str = "how-much", **changes: Any) -> dict[str, Any]:
    return {
        "measure": name, "title": name, "outcome": "o1", "quadrant": quadrant, "unit": "number",
        "direction": "higher", "target": "80",
    } | changes  # fmt: skip


def point(period: str, value: str | None, status: str = "met", **changes: Any) -> dict[str, Any]:
    return {
        "period": period, "return_period": period, "version": 1, "standing": "accepted",
        "value": value, "numerator": None, "denominator": None, "status": status,
    } | changes  # fmt: skip


def view(*series: tuple[dict[str, Any], list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
    """A contract's view, as its door answers it."""
    terms = {
        "measures": [one for one, _ in series], "review": {"clause": "12"},
        "provider": "acorn", "commitments": {"2026/27": 100_00},
    }  # fmt: skip
    return {
        "contract": "c1", "title": "Groups", "terms": terms, "provider_name": "Acorn",
        "history": [{"by": "signed", "on": "2026-04-01", "terms": terms}],
        "measures": [{"terms": one, "points": points} for one, points in series],
        "versions": [
            {"period": quarter, "version": 1, "submitted_on": "2026-07-10",
             "accepted_on": "2026-07-12", "restated_on": None}
            for quarter in QUARTERS
        ],
        "returns": [], "flags": [], "certificates": [],
    } | changes  # fmt: skip


# -- which measures


def named(*terms: dict[str, Any], missed: str = "") -> tuple[list[str], str]:
    points = {
        one["measure"]: [point("2026-27-Q1", "90", "missed" if one["measure"] == missed else "met")]
        for one in terms
    }
    heads, rule = headlines(card_measures(view(*((one, points[one["measure"]]) for one in terms))))
    return [one.measure for one in heads], rule


def test_headlines_are_those_the_contract_marks_five_at_most() -> None:
    marked = [measure(f"m{n}", headline=n != 1) for n in range(8)]
    assert named(*marked) == (["m0", "m2", "m3", "m4", "m5"], MARKED)


def test_fewer_than_three_marked_are_filled_up_to_three() -> None:
    terms = [measure(f"m{n}") for n in range(6)] + [measure("own", headline=True)]
    assert named(*terms, missed="m4") == (["m0", "m4", "own"], FILLED)


def test_where_none_is_marked_no_miss_is_left_out_and_each_question_has_one() -> None:
    terms = [measure(f"m{n}") for n in range(6)]
    terms += [measure("w", "how-well"), measure("p", "better-off-percent")]
    assert named(*terms, missed="m5") == (["m0", "m1", "m5", "w", "p"], CHOSEN)


# -- what a figure cites


def test_each_figure_cites_its_version_its_day_and_what_it_is_judged_by() -> None:
    terms = measure("m", targets=[{"from_period": "2026-27-Q2", "target": "85", "tolerance": "5"}])
    (found,) = card_measures(view((terms, [point(q, "90") for q in QUARTERS[:2]])))
    first, second = found.history
    assert (first.target, second.target, second.tolerance) == ("80", "85", "5")
    assert first.cites.rule == "at least 80; flagged after 2 misses in a row"
    assert second.cites.rule == "at least 85, 5 tolerated; flagged after 2 misses in a row"
    cites = second.cites
    assert (cites.period, cites.version, cites.dated_on) == ("2026-27-Q2", 1, "2026-07-12")
    assert (cites.clause, cites.agreed, cites.agreed_on) == ("12", "signed", "2026-04-01")


def test_terms_are_cited_from_the_variation_that_last_changed_the_measure() -> None:
    old, new = measure("m"), measure("m", target="70")
    history = [
        {"by": "signed", "on": "2026-04-01", "terms": {"measures": [old]}},
        {"by": "varied", "on": "2026-09-01", "terms": {"measures": [new]}},
        {"by": "extended", "on": "2026-12-01", "terms": {"measures": [new]}},
    ]
    (found,) = card_measures(view((new, [point("2026-27-Q1", "90")]), history=history))
    assert found.latest is not None
    assert (found.latest.cites.agreed, found.latest.cites.agreed_on) == ("varied", "2026-09-01")


def test_what_the_view_suppresses_stays_so_and_is_in_no_forecast() -> None:
    values = [point(q, str(n)) for n, q in enumerate(QUARTERS, 10)]
    (whole,) = card_measures(view((measure("m"), values)))
    assert [one.value for one in whole.coming] == ["14.0", "15.0"]
    hidden = [*values[:3], point(QUARTERS[3], None, "suppressed")]
    (found,) = card_measures(view((measure("m"), hidden)))
    assert found.latest is not None
    assert (found.latest.value, found.latest.status, found.coming) == (None, "suppressed", ())


# -- forecasts


def test_a_forecast_is_a_line_with_an_interval_that_widens() -> None:
    near, far = forecast([1.0, 3.0, 2.0, 4.0, 3.0, 5.0])
    assert near.low < near.value < near.high
    assert far.high - far.low > near.high - near.low
    assert forecast([1.0, None, 2.0, 3.0]) == ()
    assert all(one.high == 100 for one in forecast([96.0, 97.0, 98.0, 99.5], high=100))
    exact = {1: 3.0777, 2: 1.8856, 3: 1.6377, 5: 1.4759, 10: 1.3722, 30: 1.3104}  # tables of t
    assert {n: quantile(n) for n in exact} == pytest.approx(exact, rel=0.002)


# -- words


def test_a_long_text_ends_with_a_sentence_and_says_that_there_is_more() -> None:
    assert shortened("One. Two.", 20) == ("One. Two.", True)
    assert shortened("One here. Two here. Three here.", 22) == ("One here. Two here.", False)
    assert shortened("word " * 20, 22) == ("word word word word …", False)


def test_cheap_ideas_and_open_actions_come_first_and_what_is_missing_is_named() -> None:
    entries = [
        {"section": "what-works", "text": f"{cost} {n}", "cost": cost, "agency": "a",
         "done_on": None}
        for n, cost in enumerate(("costed", "costed", "costed", "no-cost"))
    ]  # fmt: skip
    told = account_of({"entries": entries, "lacking": ["partner"], "agreements": []})
    assert [one.cost for one in told.entries] == ["no-cost", "costed"]
    assert (told.more, told.lacking) == (2, ("partner",))


# -- the scorecard


def test_a_scorecard_puts_each_figure_in_its_quarter_and_counts_returns() -> None:
    def standing(period: str, **changes: Any) -> dict[str, Any]:
        of = {"period": period, "status": "accepted", "version": 1, "late": False}
        return {"standing": of | changes, "budget": [], "nil": False, "receipt": "r"}

    returns = [
        standing("2026-27-Q1"),
        standing("2026-27-Q2", late=True),
        standing("2026-27-Q3", status="scheduled", version=0),
    ]
    budget = [{"budget_pence": 100, "spent_pence": 30, "forecast_pence": 95}] * 2
    returns[1]["budget"] = budget
    points = [point("2026-27-Q1", "90"), point("2026-27-Q2", "70", "missed")]
    told = view((measure("m"), points), returns=returns)
    card = scorecard([told], "2026-27-Q2")
    (line,) = card.contracts[0].lines
    assert card.quarters == ("2025-26-Q3", "2025-26-Q4", "2026-27-Q1", "2026-27-Q2")
    assert [cell and cell.value for cell in line.cells] == [None, None, "90", "70"]
    assert (card.totals.met, card.totals.missed, card.totals.due) == (0, 1, 1)
    assert (card.contracts[0].returns.late, card.contracts[0].returns.in_time) == (1, 0)
    assert card.contracts[0].money.spent_pence == 60
    later = scorecard([told], "2026-27-Q3").contracts[0]
    assert (later.returns.awaited, later.money.period) == (1, "2026-27-Q2")


# -- doors


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


ROUTES = (
    "/v1/report-cards/contracts/c1",
    "/v1/report-cards/contracts/c1/figures",
    "/v1/report-cards/scorecards/p1",
    "/v1/report-cards/outcomes/p1/o1",
)
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def figures(content: Any) -> list[tuple[str, Decimal | None, int]]:
    """Every figure of a document, with the version it cites: as a file's lines hold them."""
    if isinstance(content, list):
        return [one for part in cast("list[Any]", content) for one in figures(part)]
    if not isinstance(content, dict):
        return []
    fields = cast("dict[str, Any]", content)
    if "cites" in fields:
        value = None if fields["value"] is None else Decimal(fields["value"])
        return [(fields["period"], value, fields["cites"]["version"])]
    return [one for key, part in fields.items() if key != "latest" for one in figures(part)]


@pytest.mark.parametrize("path", ROUTES)
async def test_document_csv_and_spreadsheet_say_the_same(house: RunningHouse, path: str) -> None:
    await story.reported_and_paid(house)
    manager = house.caller("council", "p-2", "contract-manager")
    content = (await manager.get(path)).json()
    told = figures(content)
    assert told
    text = (await manager.get(path, accept="text/csv")).text
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["return_version"] and r["rule"]]
    assert told == [
        (r["period"], Decimal(r["value"]) if r["value"] else None, int(r["return_version"]))
        for r in rows
    ]
    book = (await manager.get(path, accept=SPREADSHEET)).content
    sheet: Any = openpyxl.load_workbook(io.BytesIO(book))["Measures"]
    head, *lines = sheet.iter_rows(values_only=True)
    of = {name: n for n, name in enumerate(head)}
    cells = [line for line in lines if line[of["Return version"]]]
    values = [line[of["Value"]] if "Value" in of else None for line in cells]
    assert [(p, None if v is None else float(v), n) for p, v, n in told] == [
        (line[of["Period"]], None if value in ("", None) else value, line[of["Return version"]])
        for line, value in zip(cells, values, strict=True)
    ]
    formulas = [c for s in openpyxl.load_workbook(io.BytesIO(book)) for r in s for c in r]
    assert all(cell.data_type != "f" for cell in formulas)


async def test_others_find_nothing_and_bad_quarters_are_refused(house: RunningHouse) -> None:
    stranger = house.caller("elsewhere", "p-9", "contract-manager")
    for path in ROUTES:
        assert (await stranger.get(path)).status_code == 404, path
    manager = house.caller("council", "p-2", "contract-manager")
    for quarter in ("2026-27-M01", "2026-27-Q9", "soon"):
        answer = await manager.get(f"/v1/report-cards/scorecards/p1?quarter={quarter}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert (await manager.get("/v1/report-cards/outcomes/p1/none")).status_code == 404
    assert (await manager.get("/v1/report-cards/providers/p1/none")).status_code == 404


# -- icons, charts and yearly series


def signed(terms: dict[str, Any], points: list[dict[str, Any]]) -> dict[str, Any]:
    found = view((terms, points), outcomes=[])
    found["terms"] |= {
        "partnership": "p1", "commissioner": "council", "starts_on": "2026-04-01",
        "ends_on": "2029-03-31",
    }  # fmt: skip
    return found


def test_a_card_has_the_icons_of_its_measures_and_its_own_series_to_chart() -> None:
    months = [
        point(month, str(78 + n % 5), return_period=quarter)
        for n, (quarter, month) in enumerate((q, m) for q in QUARTERS for m in months_of(q))
    ]
    told = signed(measure("m", unit="percent"), months)
    found = contract_card(told, charted=True).measures[0]
    assert found.icons is not None
    assert (found.icons.variation, found.icons.assurance) == ("common", "hit-and-miss")
    assert found.icons.trial
    assert found.series == told["measures"][0]
    assert contract_card(told).measures[0].series is None
    few = contract_card(signed(measure("m"), months[:1])).measures[0]
    assert few.icons is None


@pytest.mark.parametrize(
    ("values", "course"),
    [
        (("24", "25", "26", "27", "28"), "worsening"),
        (("28", "27", "26", "25", "24"), "improving"),
        (("24", "25", "24", "27", "28"), "none"),  # from first to last it rose
        (("24", "25", "26", "27"), "too-few"),
    ],
)
def test_a_yearly_indicator_goes_by_five_years_in_a_row(
    values: tuple[str, ...], course: str
) -> None:
    found = told_of(values, lambda n: str(2020 + n))
    assert (found.yearly, found.course) == (True, course)


def test_an_indicator_by_quarter_goes_as_its_owner_tells() -> None:
    found = told_of(("24", "25", "26"), lambda n: f"2026-Q{n + 1}")
    assert (found.yearly, found.course) == (False, "steady")


def told_of(values: tuple[str, ...], named: Callable[[int], str]) -> Indicator:
    recorded = {"indicator": "i1", "title": "Bullied", "outcome": "o1", "area": "A", "source": "S"}
    points = [{"period": named(n), "value": v, "status": "given"} for n, v in enumerate(values)]
    told = {
        "unit": "percent", "direction": "lower", "history": points,
        "trend": {"course": "steady", "points": points},
    }  # fmt: skip
    return indicator_of(recorded, told, "a1", ())

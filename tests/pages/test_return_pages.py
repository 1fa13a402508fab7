"""Returns on pages: what is due at one glance, drafts, problems as a table, rules, large files."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.gateway.pages.return_lists import filtered, grouped
from tests.pages import story
from tests.pages.quarter import PERIOD
from tests.pages.stage import Stage
from tests.pages.test_pages import COMMISSIONER, FORM, PROVIDER, opened, typed

TODAY = date(2026, 7, 6)  # a Monday
DRAFTED = f"/returns/q8/{PERIOD}"


def listed(n: int, status: str, due: date, **more: Any) -> dict[str, Any]:
    at = datetime(due.year, due.month, due.day, 22, 59, 59, tzinfo=UTC)
    return {
        "contract": f"c{n:02}", "period": "2026-27-Q1", "provider": "acorn", "status": status,
        "due_at": at.isoformat(), "overdue": False,
    } | more  # fmt: skip


def sixty() -> list[dict[str, Any]]:
    """Sixty contracts' returns: every kind of standing, dates in no order."""
    made: list[dict[str, Any]] = []
    for n in range(60):
        status = ("open", "queried", "accepted", "draft", "submitted", "scheduled")[n % 6]
        due = TODAY + timedelta(days=(n * 7) % 60 - 10)
        made.append(listed(n, status, due, overdue=status == "open" and due < TODAY))
    return made


def test_sixty_contracts_are_sorted_by_what_presses() -> None:
    groups = grouped(sixty(), TODAY, "acorn")
    assert [group.name for group in groups] == ["overdue", "soon", "waiting", "open", "rest"]
    assert sum(len(group.items) for group in groups) == 60
    for group in groups:
        dates = [one["due_at"] for one in group.items]
        assert dates == sorted(dates)
    overdue, soon, waiting, later, rest = (group.items for group in groups)
    assert {one["status"] for one in waiting} == {"queried"}
    assert len(waiting) == 10
    assert all(one["due_at"] < "2026-07-06" for one in overdue)
    assert all("2026-07-06" <= one["due_at"] < "2026-07-21" for one in soon)
    assert later
    assert all(one["status"] in ("open", "draft") for one in later)
    assert not any(one["status"] in ("open", "draft") for one in rest)


@pytest.mark.parametrize(("due", "place"), [
    (date(2026, 7, 3), "overdue"), (date(2026, 7, 6), "soon"), (date(2026, 7, 20), "soon"),
    (date(2026, 7, 21), "open"),
])  # fmt: skip
def test_soon_is_ten_working_days(due: date, place: str) -> None:
    groups = grouped([listed(1, "open", due)], TODAY, "acorn")
    assert [group.name for group in groups if group.items] == [place]


def test_what_was_handed_in_waits_for_whoever_judges_it() -> None:
    one = listed(1, "submitted", TODAY)
    assert grouped([one], TODAY, "council")[2].items == (one,)
    assert grouped([one], TODAY, "acorn")[4].items == (one,)


def test_what_is_prepared_waits_for_whoever_signs() -> None:
    some = [listed(n, "draft", TODAY, prepared=n == 1) for n in (1, 2)]
    assert grouped(some, TODAY, "acorn", signs=True)[2].items == (some[0],)
    assert grouped(some, TODAY, "acorn")[2].items == ()
    assert grouped(some, TODAY, "council", signs=True)[2].items == ()


def test_the_list_is_cut_by_contract_and_period() -> None:
    some = [listed(1, "open", TODAY), listed(2, "open", TODAY, period="2026-27-Q2")]
    assert filtered(some, "c01", "") == some[:1]
    assert filtered(some, "", "2026-27-Q2") == some[1:]
    assert filtered(some, "c01", "2026-27-Q2") == []


pages = pytest.mark.asyncio(loop_scope="session")


@pages
async def test_the_list_counts_at_the_top_and_can_be_cut(stage: Stage) -> None:
    text = (await opened(stage, "/returns", PROVIDER)).text
    counts = re.findall(r'href="#(overdue|soon|waiting|open|rest)"><strong>(\d+)</strong>', text)
    assert [name for name, _ in counts] == ["overdue", "soon", "waiting", "open", "rest"]
    assert sum(int(n) for _, n in counts) == text.count('scope="row"')
    cut = (await opened(stage, "/returns?period=2026-27-Q1", PROVIDER)).text
    assert cut.count('scope="row"') == 3  # one of each contract


async def saved(stage: Stage, fields: dict[str, str]) -> str:
    sent = fields | {"action": "save"}
    response = await stage.gateway.client.post(DRAFTED, data=sent, headers=PROVIDER)
    await stage.settle()
    assert response.status_code == 200, response.text[:3000]
    return response.text


@pages
async def test_a_draft_is_left_and_gone_on_with_as_it_was_typed(quarter: Stage) -> None:
    stage = quarter
    text = await saved(stage, await typed(stage, "about ninety", DRAFTED))
    assert "Your draft is saved" in text
    again = (await opened(stage, DRAFTED, PROVIDER)).text
    assert 'value="about ninety"' in again
    assert 'value="£1,234.50"' in again
    manager = (await opened(stage, DRAFTED, COMMISSIONER)).text
    assert "about ninety" not in manager
    at = f"/v1{DRAFTED}"
    shown = (await stage.monitoring.caller(story.PROVIDER, story.LEAD, "provider").get(at)).json()
    assert shown["status"] == "draft"
    assert shown["versions"] == []
    theirs = stage.monitoring.caller(story.COUNCIL, story.MANAGER, "contract-manager")
    assert (await theirs.get(at)).json()["draft"] is None
    assert (await theirs.get(f"{at}/texts/{shown['draft']}")).status_code == 404


@pages
async def test_every_problem_is_linked_to_its_field_and_comes_as_a_table(stage: Stage) -> None:
    sent = await typed(stage) | {"action": "check", "m1-2-value": "", "b1-budget_pence": "",
                                 "b1-spent_pence": "", "b1-forecast_pence": ""}  # fmt: skip
    text = (await stage.gateway.client.post(FORM, data=sent, headers=PROVIDER)).text
    assert 'href="#m1-2-value"' in text
    assert 'href="#b1-budget_pence"' in text
    for target in re.findall(r'href="#(m\d[^"]*|b\d[^"]*)"', text):
        assert f'id="{target}"' in text
        assert f'id="{target}-error"' in text
    held = re.search(r'href="data:text/csv;base64,([^"]+)" download="problems.csv"', text)
    assert held
    rows = list(csv.DictReader(io.StringIO(b64decode(held[1]).decode())))
    assert {"value-missing", "budget-missing"} <= {row["code"] for row in rows}


@pages
async def test_the_rules_are_a_page_and_a_table(stage: Stage) -> None:
    text = (await opened(stage, "/returns/rules?year=2026/27", COMMISSIONER)).text
    assert "numerator-above-denominator" in text
    assert "numerator &lt;= denominator" in text
    assert (await opened(stage, "/returns/rules?year=soon", COMMISSIONER)).status_code == 422
    table = await opened(stage, "/returns/rules.csv", COMMISSIONER)
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.startswith("code,stage")


@pages
async def test_a_file_of_many_is_sent_from_a_page_and_followed_without_scripts(
    stage: Stage,
) -> None:
    content = "contract,return_period,measure,period,value\nc1,2027-28-Q2,m-seen,2027-28-Q2,few\n"
    response = await stage.gateway.client.post(
        "/returns/files", data={"action": "check", "key": uuid4().hex},
        files={"file": ("many.csv", content, "text/csv")}, headers=PROVIDER,
    )  # fmt: skip
    assert response.status_code == 303, response.text[:2000]
    for task in list(stage.monitoring.app.state.filing):
        await task
    at = response.headers["location"]
    text = (await opened(stage, at, PROVIDER)).text
    assert "1 of 1 returns" in text
    assert "decimal-parsing" in text
    table = await opened(stage, f"{at}/problems.csv", PROVIDER)
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["contract"], row["row"], row["column"]) == ("c1", "2", "value")
    assert (await opened(stage, at, COMMISSIONER)).status_code == 403
    refused = await stage.gateway.client.post(
        "/returns/files", data={"action": "check", "key": uuid4().hex},
        files={"file": ("many.csv", "nothing", "text/csv")}, headers=PROVIDER,
    )  # fmt: skip
    assert refused.status_code == 422
    assert "file-unreadable" in refused.text

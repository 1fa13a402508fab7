"""A series in, its chart out: right, bounded, guarded, and kept nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from shared.http.permissions import ROLES
from shared.testing.houses import RunningHouse
from tests.gateway import story

AT = "/v1/charts/xmr"


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


def series(*values: object) -> list[dict[str, object]]:
    return [{"label": f"2026-{n:02d}", "value": value} for n, value in enumerate(values, 1)]


def asked(**changes: object) -> dict[str, Any]:
    return {"series": series(10, 12, 10, 12, "10", 12.0), "improvement": "higher"} | changes


async def test_a_series_comes_back_judged(house: RunningHouse) -> None:
    caller = house.caller("council", "p-1", "auditor")
    answer = await caller.post(AT, asked(target="5.67"))
    assert answer.status_code == 200, answer.text
    content = answer.json()
    (group,) = content["groups"]
    assert (group["mean"], group["lower"], group["upper"]) == ("11", "5.68", "16.32")
    assert group["near_upper"] == "14.546667"
    assert content["assurance"]["icon"] == "passes"
    assert content["variation"] == {
        "icon": "common", "said": "Common cause: no significant change",
    }  # fmt: skip
    assert [one["code"] for one in content["warnings"]] == ["trial-limits"]
    assert content["points"][0] == {
        "label": "2026-01", "value": "10", "target": "5.67", "group": 0, "rule": "none",
        "heading": "", "meaning": "common",
    }  # fmt: skip


async def test_months_out_of_order_are_put_in_order_and_rebases_found(house: RunningHouse) -> None:
    caller = house.caller("acorn", "p-1", "provider")
    backwards = series(1, 2, 3, 4, 5)[::-1]
    content = (await caller.post(AT, asked(series=backwards, rebases=["2026-04", 2]))).json()
    assert [one["value"] for one in content["points"]] == ["1", "2", "3", "4", "5"]
    assert [one["first"] for one in content["groups"]] == [0, 2, 3]


async def test_the_chart_comes_as_a_drawing_where_it_is_asked_for(house: RunningHouse) -> None:
    caller = house.caller("council", "p-1", "finance")
    body = asked(title="<b>Seen & heard</b>", unit="percent")
    answer = await caller.post(AT, body, Accept="image/svg+xml")
    assert answer.headers["content-type"] == "image/svg+xml"
    drawing = ET.fromstring(answer.text)  # noqa: S314 - what we have drawn ourselves
    assert drawing[0].text == "<b>Seen & heard</b>"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"series": []}, "empty"),
        ({"series": [*series(1), *series(2)]}, "duplicate-label"),
        ({"rebases": ["2031-01"]}, "unknown-rebase"),
        ({"rebases": [99]}, "unknown-rebase"),
        ({"baseline": 11}, "baseline-too-short"),
        ({"series": series("1e400")}, "number-too-long"),
        ({"target": "1e400"}, "number-too-long"),
        ({"series": series("NaN")}, "invalid"),
        ({"series": series("many")}, "invalid"),
        ({"series": [{"label": "", "value": 1}]}, "invalid"),
        ({"series": [{"label": "x" * 41, "value": 1}]}, "invalid"),
        ({"series": [{"label": str(n), "value": 1} for n in range(1001)]}, "invalid"),
        ({"improvement": "sideways"}, "invalid"),
        ({"kept": True}, "invalid"),
    ],
)
async def test_what_cannot_be_charted_is_refused_by_code(
    house: RunningHouse, changes: dict[str, object], code: str
) -> None:
    answer = await house.caller("council", "p-1", "finance").post(AT, asked(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_every_role_that_reads_returns_may_ask_and_no_other(house: RunningHouse) -> None:
    for role, scopes in ROLES.items():
        answer = await house.caller("council", "p-1", role).post(AT, asked())
        assert answer.status_code == (200 if "returns:read" in scopes else 403), role

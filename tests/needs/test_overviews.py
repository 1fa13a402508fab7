"""Assessments looked at through their doors: real files in, comparisons and groups out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goldenthread.reference import areas, neighbours
from shared.testing.houses import Caller
from tests.needs.partnership_story import Story
from tests.needs.test_assessment_doors import indicator, opened

SUNDERLAND, ENGLAND, NORTH_EAST = "E08000024", "E92000001", "E12000001"
PLANS = "reference/dfe_ehcp_timeliness_20_week.csv"


async def with_areas(story: Story, shared_material: Path) -> None:
    folder = shared_material / "reference"
    found = areas(folder)
    beside = neighbours(folder, found)
    body = {
        "source": "DHSC",
        "areas": [
            {"code": a.code, "name": a.name, "kind": a.kind, "parents": a.parents} for a in found
        ],
        "neighbours": [{"area": n.area, "neighbours": n.neighbours} for n in beside],
    }
    assert (await story.commissioner.put("/v1/areas", body)).is_success


async def sent(who: Caller, path: str, content: bytes, **query: str) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return await who.post_raw(f"{path}/file?{asked}", content, "text/csv")


async def test_a_real_file_comes_in_whole_and_is_compared(
    story: Story, shared_material: Path
) -> None:
    await with_areas(story, shared_material)
    assessment = await opened(story)
    plans = await indicator(story, assessment, area=SUNDERLAND)
    at = f"/v1/assessments/{assessment}"
    content = (shared_material / PLANS).read_bytes()
    before = await story.house.house.log.head()
    tried = await sent(story.commissioner, f"{at}/indicators/{plans}", content, dry_run="true")
    assert tried.json()["problems"] == []
    assert tried.json()["taken"] is False
    assert await story.house.house.log.head() == before
    done = await sent(story.commissioner, f"{at}/indicators/{plans}", content)
    assert done.status_code == 201, done.text
    told = done.json()
    assert (told["layout"], told["value_column"]) == ("dfe", "pc_plans_issued_within_20_weeks")
    assert told["figures"] + told["left_out"]["areas not compared with"] == told["rows"] == 12_212
    await story.house.settle()

    overview = (await story.approver.get(f"{at}/overview")).json()
    (seen,) = overview["indicators"]
    (line,) = seen["lines"]
    assert (seen["area_name"], overview["series"]) == ("Sunderland", 1)
    assert len(line["points"]) == 5
    compared = line["compared"]
    assert (compared["england"]["code"], compared["region"]["code"]) == (ENGLAND, NORTH_EAST)
    assert compared["neighbours"] == []
    assert compared["of"] == 11
    assert float(line["coming"]["low"]) <= float(line["coming"]["value"])
    assert "least squares" in overview["forecast_method"]

    whole = (await story.approver.get(f"{at}/indicators/{plans}/breakdowns")).json()
    assert len(whole["lines"][0]["compared"]["neighbours"]) == 10
    bands = {o["group"]: o for o in whole["lines"] if o["breakdown"] == "age-band"}
    assert list(bands) == ["0-7", "8-12", "13+"]
    assert bands["8-12"]["points"][-1]["base"] == _children(content, range(8, 13))
    assert bands["8-12"]["compared"]["england"]["value"] is not None
    assert whole["breakdowns"] == ["age-band", "ethnicity", "sex"]
    every = (await story.approver.get(f"{at}/overview?breakdown=every")).json()
    assert every["series"] == len(whole["lines"])


def _children(content: bytes, ages: range) -> int:
    """By hand: plans issued in Sunderland in 2024 at these ages."""
    lines = [row.split(",") for row in content.decode("utf-8-sig").splitlines()]
    named = {f"age {age}" for age in ages}
    return sum(
        int(row[12]) for row in lines
        if row[0] == "2024" and row[7] == SUNDERLAND and row[11] in named
    )  # fmt: skip


async def test_with_one_wrong_cell_nothing_of_a_file_is_taken(story: Story) -> None:
    assessment = await opened(story)
    plans = await indicator(story, assessment)
    path = f"/v1/assessments/{assessment}/indicators/{plans}"
    before = await story.house.house.log.head()
    content = b"area,period,value\nSunderland,2023,61\nSunderland,2024,many\n"
    refused = await sent(story.commissioner, path, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "series-file-has-errors")
    (one,) = refused.json()["errors"]
    assert (one["pointer"], one["code"]) == ("/file/3/value", "value-unclear")
    assert "many" not in refused.text
    for content, query, code in (
        (b"a,b\n1,2\n", {}, "layout-unknown"),
        (b"", {}, "file-unreadable"),
        (b"area,period,value\nS,2024,1\n", {"value": "nowhere"}, "column-missing"),
    ):
        assert (await sent(story.commissioner, path, content, **query)).json()["code"] == code
    assert (await sent(story.stranger, path, b"a,b\n1,2\n")).status_code == 404
    assert (await sent(story.provider, path, b"a,b\n1,2\n")).status_code == 403
    nowhere = f"/v1/assessments/{assessment}/indicators/none"
    assert (await sent(story.commissioner, nowhere, b"a,b\n1,2\n")).status_code == 404
    assert await story.house.house.log.head() == before


async def test_those_outside_see_no_small_group_and_none_is_worked_out_for_them(
    story: Story,
) -> None:
    assessment = await opened(story)
    plans = await indicator(story, assessment)
    at = f"/v1/assessments/{assessment}"
    content = (
        b"area,period,value,breakdown,group,base\n"
        b"Sunderland,2024,60,,,500\n"
        b"Sunderland,2024,10,ethnicity,Roma,7\n"
        b"Sunderland,2024,40,ethnicity,Other,300\n"
        b"Sunderland,2024,30,sex,Male,300\n"
        b"Sunderland,2024,90,sex,Female,200\n"
    )
    assert (await sent(story.commissioner, f"{at}/indicators/{plans}", content)).is_success
    await story.house.settle()
    assert (await story.provider.get(f"{at}/overview")).status_code == 404
    said = {"title": "Said", "asked": "children", "people": 9, "said": "Help."}
    evidence = (await story.done(story.commissioner, f"{at}/views", said))["part"]
    need = {"title": "Help", "outcome": "safe", "evidence": [evidence]}
    await story.done(story.commissioner, f"{at}/needs", need)
    await story.done(story.commissioner, f"{at}/publication", {"summary": "In short."})

    async def gaps(who: Caller) -> dict[str, Any]:
        seen = (await who.get(f"{at}/overview?breakdown=every")).json()["indicators"][0]
        return {one["group"]: one["value"] for one in seen["gaps"]}

    assert await gaps(story.approver) == {"Male": "30", "Roma": None, "Other": None}
    assert await gaps(story.provider) == {"Male": "30"}
    outside = (await story.provider.get(f"{at}/indicators/{plans}/breakdowns")).text
    assert '"7"' not in outside
    assert '"base":7' not in outside
    wrong = await story.approver.get(f"{at}/overview?breakdown=shoes")
    assert wrong.status_code == 422


@pytest.mark.parametrize("way", ["overview", "indicators/none/breakdowns"])
async def test_an_unknown_assessment_is_not_there(story: Story, way: str) -> None:
    assert (await story.approver.get(f"/v1/assessments/none/{way}")).status_code == 404

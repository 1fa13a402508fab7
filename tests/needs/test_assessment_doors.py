"""Assessments through their doors: real series, evidence from reviews, who sees which figure."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.published.monitoring import ReviewConcluded
from shared.published.terms import TextRef
from tests.needs.partnership_story import Story

UNAVAILABLE = {"x": "missing", "z": "not-applicable", "c": "suppressed", "low": "suppressed"}
GROUPED = {"All EHC plans issued": "all", "Sex": "sex", "Ethnicity": "ethnicity"}


async def opened(story: Story) -> str:
    body = {
        "partnership": story.partnership,
        "year": "2026/27",
        "title": "What children need",
        "outcomes": [{"outcome": "safe", "title": "Children are safe"}],
    }
    return (await story.done(story.commissioner, "/v1/assessments", body))["id"]


async def indicator(story: Story, assessment: str, **changes: Any) -> str:
    body = {
        "title": "Plans within 20 weeks", "outcome": "safe", "unit": "percent",
        "direction": "higher", "area": "Sunderland", "source": "DfE",
    } | changes  # fmt: skip
    way = f"/v1/assessments/{assessment}/indicators"
    return (await story.done(story.commissioner, way, body))["part"]


def dfe_figures(file: Path) -> list[dict[str, Any]]:
    """The published table of plans issued in 20 weeks, by sex and ethnicity, as figures."""
    with file.open(encoding="utf-8-sig") as lines:
        return [
            {
                "area": row["la_name"] or row["region_name"] or row["country_name"],
                "period": row["time_period"],
                "breakdown": GROUPED[row["breakdown_topic"]],
                "group": "" if row["breakdown"].startswith("All") else row["breakdown"],
                **_value(row["pc_plans_issued_within_20_weeks"]),
                **_base(row["plans_issued_den"]),
            }
            for row in csv.DictReader(lines)
            if row["breakdown_topic"] in GROUPED
        ]


def _value(cell: str) -> dict[str, Any]:
    return {"status": UNAVAILABLE[cell]} if cell in UNAVAILABLE else {"value": cell}


def _base(cell: str) -> dict[str, Any]:
    return {"base": int(cell)} if cell.isdecimal() else {}


async def test_a_real_published_series_is_loaded_and_shown_with_trend_and_neighbours(
    story: Story, shared_material: Path
) -> None:
    figures = dfe_figures(shared_material / "reference/dfe_ehcp_timeliness_20_week.csv")
    assert len(figures) > 5_000
    assessment = await opened(story)
    found = await indicator(story, assessment)
    at = f"/v1/assessments/{assessment}"
    too_many = await story.commissioner.post(
        f"{at}/series", {"indicator": found, "figures": figures[:5_001]}
    )
    assert too_many.status_code == 422
    for start in range(0, len(figures), 5_000):
        body = {"indicator": found, "figures": figures[start : start + 5_000]}
        await story.done(story.commissioner, f"{at}/series", body)

    asked = f"{at}/indicators/{found}?neighbours=Hartlepool&neighbours=Gateshead"
    shown = (await story.commissioner.get(asked)).json()
    by_hand = {
        figure["period"]: figure["value"]
        for figure in figures
        if figure["area"] == "Sunderland" and figure["breakdown"] == "all"
    }
    points = {point["period"]: point["value"] for point in shown["trend"]["points"]}
    assert points == {period: by_hand[period] for period in sorted(by_hand)[-5:]}
    assert len(points) == 5
    assert {figure["area"] for figure in shown["comparison"]["neighbours"]} == {
        "Hartlepool",
        "Gateshead",
    }
    assert shown["trend"]["forecast"] is not None


@pytest.mark.parametrize(
    ("figure", "code"),
    [
        ({"value": None}, "value-and-status"),
        ({"status": "missing"}, "value-and-status"),
        ({"group": "Female"}, "group-unclear"),
        ({"breakdown": "sex"}, "group-unclear"),
        ({"breakdown": "age-band", "group": "5-9"}, "age-band-unknown"),
        ({"value": "100.1"}, "percent-out-of-range"),
    ],
)
async def test_one_bad_figure_refuses_the_whole_series(
    story: Story, figure: dict[str, Any], code: str
) -> None:
    assessment = await opened(story)
    found = await indicator(story, assessment)
    before = await story.house.house.log.head()
    good = {"area": "Sunderland", "period": "2024", "value": "61.5"}
    body = {"indicator": found, "figures": [good, good | figure]}
    refused = await story.commissioner.post(f"/v1/assessments/{assessment}/series", body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == "/body/figures/1"
    assert await story.house.house.log.head() == before


async def test_what_no_table_could_hold_is_refused_at_the_door(story: Story) -> None:
    assessment = await opened(story)
    found = await indicator(story, assessment)
    before = await story.house.house.log.head()
    for figure in (
        {"area": "Alder\x00"},
        {"group": "\x00", "breakdown": "sex"},
        {"value": "1e400"},
    ):
        body = {"area": "Alder", "period": "2024", "value": "1"} | figure
        refused = await story.commissioner.post(
            f"/v1/assessments/{assessment}/series", {"indicator": found, "figures": [body]}
        )
        assert refused.status_code == 422, figure
    assert await story.house.house.log.head() == before


async def test_a_count_below_eight_is_for_partners_alone(story: Story) -> None:
    assessment = await opened(story)
    found = await indicator(story, assessment, unit="number", direction="lower")
    figures = [
        {"area": "Sunderland", "period": "2024", "breakdown": "sex", "group": group, "value": value}
        for group, value in (("Female", "7"), ("Male", "8"), ("Unknown", "30"))
    ]
    at = f"/v1/assessments/{assessment}"
    await story.done(story.commissioner, f"{at}/series", {"indicator": found, "figures": figures})
    asked = f"{at}/indicators/{found}?breakdown=sex&group="
    assert (await story.provider.get(asked + "Female")).status_code == 404
    signal = {"theme": "bullying", "level": "operational", "source": "school", "count": 3}
    evidence = (await story.done(story.approver, f"{at}/signals", signal))["part"]
    need = {"title": "Help", "outcome": "safe", "evidence": [evidence]}
    await story.done(story.commissioner, f"{at}/needs", need)
    await story.done(story.commissioner, f"{at}/publication", {"summary": "In short."})

    async def seen(who: Any, group: str) -> tuple[str | None, str]:
        point = (await who.get(asked + group)).json()["trend"]["points"][0]
        return point["value"], point["status"]

    assert await seen(story.approver, "Female") == ("7", "given")
    assert await seen(story.provider, "Female") == (None, "suppressed")
    assert await seen(story.provider, "Male") == (None, "suppressed")
    assert await seen(story.provider, "Unknown") == (None, "suppressed")
    assert (await story.approver.get(at)).json()["needs"][0]["need"]["signals"] == 3
    assert "signals" not in (await story.provider.get(at)).json()["needs"][0]["need"]
    published = (await story.house.house.log.read_published(0, 100))[-1]
    assert published.type == "needs.assessment-published.v1"
    assert b"signals" not in published.body


async def test_a_concluded_review_is_evidence_in_the_next_assessment_and_only_there(
    story: Story,
) -> None:
    text = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
    concluded = ReviewConcluded(
        review="r1", contract="c1", partnership=story.partnership, conclusion="redesign",
        findings=(text,), concluded_by="com", effective_on=date(2026, 3, 1),
    )  # fmt: skip
    await story.house.hear("monitoring", "review/r1", concluded)
    await story.house.hear("monitoring", "review/r1", concluded)
    waiting = f"/v1/partnerships/{story.partnership}/evidence"
    complaint = {
        "origin": "complaint", "title": "Waiting", "text": "Months.", "effective_on": "2026-03-02",
    }  # fmt: skip
    kept = (await story.done(story.commissioner, waiting, complaint))["part"]

    first, second = await opened(story), await opened(story)
    findings = (await story.commissioner.get(f"/v1/assessments/{first}")).json()["findings"]
    assert [(f["kind"], f["evidence"]) for f in findings] == [("review", "r1"), ("complaint", kept)]
    assert findings[0]["conclusion"] == "redesign"
    assert (await story.commissioner.get(f"/v1/assessments/{second}")).json()["findings"] == []
    listed = (await story.approver.get(waiting)).json()["items"]
    assert [item["assessment"] for item in listed] == [first, first]
    assert (await story.stranger.get(waiting)).status_code == 404
    assert (await story.approver.get(f"{waiting}/texts/{kept}")).json()["content"] == "Months."

    need = {"title": "Redesign", "outcome": "safe", "evidence": ["r1"]}
    await story.done(story.commissioner, f"/v1/assessments/{first}/needs", need)
    refused = await story.commissioner.post(f"/v1/assessments/{second}/needs", need)
    assert refused.json()["code"] == "evidence-missing"


async def test_what_children_said_is_kept_for_partners(story: Story) -> None:
    assessment = await opened(story)
    at = f"/v1/assessments/{assessment}"
    views = {"title": "School survey", "asked": "children", "people": 212, "said": "We are afraid."}
    finding = {"kind": "inspection", "title": "Inspection", "text": "Requires improvement."}
    said = (await story.done(story.commissioner, f"{at}/views", views))["part"]
    found = (await story.done(story.commissioner, f"{at}/findings", finding))["part"]
    need = {"title": "Safety", "outcome": "safe", "evidence": [said, found], "groups": ["In care"]}
    await story.done(story.commissioner, f"{at}/needs", need)
    await story.done(story.commissioner, f"{at}/publication", {"summary": "In short."})

    assert (await story.approver.get(f"{at}/texts/{said}")).json()["content"] == "We are afraid."
    assert (await story.provider.get(f"{at}/texts/{said}")).status_code == 404
    closed = await story.commissioner.post(f"{at}/views", views)
    assert closed.json()["code"] == "assessment-published"

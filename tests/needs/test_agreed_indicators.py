"""The indicators a board agrees for a year, and the report of performance against them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from services.needs.agreed_indicators.commands import (
    AgreeIndicators,
    ProposeIndicators,
    ReportPerformance,
)
from services.needs.agreed_indicators.decider import AGREED_INDICATORS, about
from services.needs.agreed_indicators.events import AgreedIndicator
from services.needs.agreed_indicators.refusals import (
    IndicatorsNotDecided,
    IndicatorTwice,
    IndicatorUnknown,
    MeetingNotComing,
    NothingAgreed,
    NothingProposed,
    StrategyNotAgreed,
    TargetUnclear,
    YearIsOver,
    YearRuns,
)
from services.needs.agreed_indicators.standing import stands
from services.needs.agreed_indicators.views import FigureVersion, VersionsRow
from services.needs.assessments.events import IndicatorRecorded
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import SUMMARY, Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
LATER = datetime(2027, 4, 1, 9, tzinfo=UTC)
SAFE = AgreedIndicator(
    indicator="i1", title="Feel safe", outcome="safe", outcome_title="Children are safe",
    area="Alder", unit="percent", direction="higher", target=Decimal(80), by_period="2026/27",
)  # fmt: skip
PROPOSE = ProposeIndicators(
    partnership="p1", year="2026/27", strategy="st1", approved=True, indicators=(SAFE,),
    unknown=(), proposed_by="com", now=NOW,
)  # fmt: skip
AGREE = AgreeIndicators(
    decision="d1", about="indicators-2026-27.1", decided_on=date(2026, 5, 13), recorded_by="com",
    now=NOW,
)  # fmt: skip
REPORT = ReportPerformance(meeting="m1", coming=True, figures=(), reported_by="com", now=LATER)
fresh = Scenario(AGREED_INDICATORS)
agreed = fresh.when_done(PROPOSE, AGREE)


def test_indicators_come_from_an_approved_strategy_each_once_for_a_year_that_runs() -> None:
    fresh.when(replace(PROPOSE, now=LATER)).then_refused(YearIsOver)
    fresh.when(replace(PROPOSE, approved=False)).then_refused(StrategyNotAgreed, "/body/strategy")
    fresh.when(replace(PROPOSE, unknown=(2,))).then_refused(
        IndicatorUnknown, "/body/indicators/2/indicator"
    )
    again = replace(SAFE, indicator="i9", title="FEEL safe")
    fresh.when(replace(PROPOSE, indicators=(SAFE, again))).then_refused(
        IndicatorTwice, "/body/indicators/1/indicator"
    )
    for half in (replace(SAFE, target=None), replace(SAFE, by_period="")):
        fresh.when(replace(PROPOSE, indicators=(half,))).then_refused(
            TargetUnclear, "/body/indicators/0/target"
        )


def test_the_board_agrees_the_newest_proposal_and_no_other() -> None:
    fresh.when(AGREE).then_refused(NothingProposed)
    proposed = fresh.when_done(PROPOSE)
    for wrong in (replace(AGREE, decided_on=None), replace(AGREE, about="indicators-2026-27.2")):
        proposed.when(wrong).then_refused(IndicatorsNotDecided, "/body/decision")
    proposed.when_done(PROPOSE).when(AGREE).then_refused(IndicatorsNotDecided, "/body/decision")
    agreed.when(AGREE).then_refused(NothingProposed)
    assert agreed.when_done(PROPOSE).when(replace(AGREE, about=about("2026/27", 2))).events()


def test_a_year_is_reported_once_it_is_over_to_a_meeting_that_is_not() -> None:
    fresh.when_done(PROPOSE).when(REPORT).then_refused(NothingAgreed)
    agreed.when(replace(REPORT, now=datetime(2027, 3, 31, 9, tzinfo=UTC))).then_refused(YearRuns)
    agreed.when(replace(REPORT, coming=False)).then_refused(MeetingNotComing, "/body/meeting")
    [second] = agreed.when_done(REPORT).when(REPORT).events()
    assert (second.report, second.number) == (2, 1)  # type: ignore[attr-defined]


def version(period: str, value: str | None, day: int) -> FigureVersion:
    number = None if value is None else Decimal(value)
    at = datetime(2027, 5, day, tzinfo=UTC)
    status: Literal["given", "missing"] = "given" if number is not None else "missing"
    return FigureVersion(period=period, value=number, status=status, recorded_at=at)


def recorded(*versions: FigureVersion, title: str = "feel SAFE") -> VersionsRow:
    return VersionsRow(
        indicator="i2",
        recorded=IndicatorRecorded(
            indicator="i2", title=title, outcome="safe", unit="percent", direction="higher",
            area="Alder", source="Survey",
        ),
        versions=versions,
    )  # fmt: skip


def test_a_figure_counts_as_last_recorded_by_the_day_and_keeps_its_versions() -> None:
    rows = [
        recorded(version("2025/26", "70", 1), version("2026/27", "75", 2)),
        recorded(version("2026/27", "81", 4), version("2027/28", "99", 5)),
        recorded(version("2026/27", "10", 6), title="Another"),
    ]
    seen = [
        stands(SAFE, rows, "2026/27", datetime(2027, 5, day, 12, tzinfo=UTC)) for day in (1, 2, 6)
    ]
    assert [
        (one.newest.value if one.newest else None, one.standing, one.course) for one in seen
    ] == [(70, "not-yet", "unknown"), (75, "missed", "better"), (81, "reached", "better")]
    assert [one.value for one in seen[2].versions] == [75, 81]
    assert seen[2].reported().period == "2026/27"
    assert stands(SAFE, [], "2026/27", LATER).standing == "no-figure"


@pytest.mark.parametrize(
    ("direction", "value", "standing", "course"),
    [
        ("lower", "80", "reached", "worse"),
        ("lower", "60", "reached", "better"),
        ("lower", "81", "missed", "worse"),
        ("higher", "70", "missed", "same"),
        ("neutral", "90", "no-target", "unknown"),
        ("higher", None, "no-figure", "unknown"),
    ],
)
def test_better_is_what_the_direction_says(
    direction: Any, value: str | None, standing: str, course: str
) -> None:
    rows = [recorded(version("2025/26", "70", 1), version("2026/27", value, 2))]
    one = stands(replace(SAFE, direction=direction), rows, "2026/27", LATER.replace(month=6))
    assert (one.standing, one.course) == (standing, course)


async def test_a_year_is_agreed_by_the_board_reported_to_it_and_restated_beside(
    story: Story,
) -> None:
    com = story.commissioner
    assessment = await assessed(story, "2026/27", ("2025/26", "70"))
    draft = {"assessment": assessment, "title": "Children's plan"}
    strategy = (await story.done(com, "/v1/strategies", draft))["id"]
    at = f"/v1/agreed-indicators/{story.partnership}/2026-27"
    listed = (await com.get(f"/v1/assessments/{assessment}")).json()
    indicator = listed["indicators"][0]["indicator"]
    chosen = [{"indicator": indicator, "target": "80", "by_period": "2026/27"}]
    proposal = {"strategy": strategy, "indicators": chosen}
    early = await com.post(f"{at}/proposals", proposal)
    assert (early.status_code, early.json()["code"]) == (409, "strategy-not-approved")
    first = await approved(story, strategy, listed["needs"][0]["need"]["need"], indicator)
    strange = {"strategy": strategy, "indicators": [{"indicator": "i9"}]}
    assert (await com.post(f"{at}/proposals", strange)).json()["code"] == "indicator-unknown"
    await story.done(com, f"{at}/proposals", proposal)
    waiting = (await com.get(at)).json()["waiting"]
    assert waiting["about"] == "indicators-2026-27.1"
    wrong = await com.post(f"{at}/agreement", {"decision": first})
    assert wrong.json()["code"] == "indicators-not-decided"
    held = datetime(2026, 6, 10, 13, tzinfo=UTC)
    second = await story.carry(held, about_kind="other", about="indicators-2026-27.1")
    await story.done(com, f"{at}/agreement", {"decision": second})
    held = datetime(2026, 7, 8, 13, tzinfo=UTC)
    unseen = await story.carry(held, about_kind="other", about="indicators-2026-27.2")
    await story.done(com, f"{at}/proposals", proposal)
    wrong = await com.post(f"{at}/agreement", {"decision": unseen})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "indicators-not-decided")

    await story.house.set_clock(datetime(2027, 5, 4, 9, tzinfo=UTC))
    later = await assessed(story, "2027/28", ("2026/27", "78"))
    meeting, _ = await story.call(datetime(2027, 6, 2, 13, tzinfo=UTC))
    shown = (await com.get(meeting)).json()["performance"]
    assert shown == {"year": "2026/27", "reported": False, "to_this_meeting": []}
    of_board = {"meeting": meeting.rsplit("/", 1)[1]}
    await story.done(com, f"{at}/reports", of_board)
    shown = (await com.get(meeting)).json()["performance"]
    assert shown == {"year": "2026/27", "reported": True, "to_this_meeting": [1]}
    await story.house.set_clock(datetime(2027, 5, 10, 9, tzinfo=UTC))
    await figures(story, later, ("2026/27", "82"))
    report = (await story.approver.get(at)).json()
    [one] = report["indicators"]
    assert (one["newest"]["value"], one["standing"], one["before"]["value"]) == (
        "82", "reached", "70"
    )  # fmt: skip
    assert [each["value"] for each in one["versions"]] == ["78", "82"]
    [filed] = report["reports"]
    assert [(each["value"], each["standing"]) for each in filed["figures"]] == [("78", "missed")]
    before = (await story.approver.get(f"{at}?known_on=2027-05-04")).json()["indicators"][0]
    assert before["newest"]["value"] == "78"
    assert (await story.approver.get(f"{at}?known_on=2026-06-01")).json()["agreed"] is None

    head = await story.house.house.log.head()
    bad: list[tuple[str, Any, int]] = [
        ("proposals", {"strategy": strategy, "indicators": []}, 422),
        ("proposals", proposal | {"strategy": "none"}, 404),
        ("proposals", proposal, 409),
        ("agreement", {"decision": "none"}, 409),
        ("reports", {"meeting": "none"}, 409),
    ]
    for path, body, status in bad:
        assert (path, (await com.post(f"{at}/{path}", body)).status_code) == (path, status)
        assert (await story.stranger.post(f"{at}/{path}", body)).status_code == 404
    assert (await story.stranger.get(at)).status_code == 404
    assert (await com.get(at.replace("2026-27", "2026-31"))).status_code == 404
    assert await story.house.house.log.head() == head


async def approved(story: Story, strategy: str, need: str, indicator: str) -> str:
    """The decision by which the board approved a strategy with one recommendation."""
    com, at = story.commissioner, f"/v1/strategies/{strategy}"
    ranked = {"need": need, "rank": 1, "reasons": "Heard."}
    await story.done(com, f"{at}/priorities", ranked)
    asked = {"title": "Act", "need": need, "outcome": "safe", "evidence": [indicator]}
    await story.done(com, f"{at}/recommendations", asked)
    decision = await story.carry(about_kind="strategy", about=strategy)
    await story.done(com, f"{at}/approval", {"decision": decision})
    return decision


async def assessed(story: Story, year: str, figure: tuple[str, str]) -> str:
    """An assessment with one indicator and a figure; published where the year is the first."""
    com = story.commissioner
    body = {"partnership": story.partnership, "year": year, "title": "Needs",
            "outcomes": [{"outcome": "safe", "title": "Children are safe"}]}  # fmt: skip
    assessment = (await story.done(com, "/v1/assessments", body))["id"]
    at = f"/v1/assessments/{assessment}"
    indicator = {"title": "Feel safe", "outcome": "safe", "unit": "percent", "area": "Alder",
                 "direction": "higher", "source": "Survey"}  # fmt: skip
    made = (await story.done(com, f"{at}/indicators", indicator))["part"]
    await figures(story, assessment, figure)
    if year == "2026/27":
        need = {"title": "Safety", "outcome": "safe", "evidence": [made]}
        await story.done(com, f"{at}/needs", need)
        await story.done(com, f"{at}/publication", {"summary": SUMMARY})
    return assessment


async def figures(story: Story, assessment: str, figure: tuple[str, str]) -> None:
    at = f"/v1/assessments/{assessment}"
    held = (await story.commissioner.get(at)).json()["indicators"][0]["indicator"]
    period, value = figure
    series = {"indicator": held,
              "figures": [{"area": "Alder", "period": period, "value": value}]}  # fmt: skip
    await story.done(story.commissioner, f"{at}/series", series)

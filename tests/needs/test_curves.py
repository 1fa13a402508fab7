"""Turning the curve of an outcome: its rules, and its doors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.needs.curves.commands import (
    CompleteCurveAction,
    RemoveCurveEntry,
    SetCurveAim,
    WriteCurveEntry,
)
from services.needs.curves.decider import CURVES
from services.needs.curves.refusals import AimInPast
from shared.entries.refusals import (
    ActionUnclear,
    AlreadyDone,
    CostUnclear,
    DoneLater,
    EntryUnknown,
    NotAnAction,
    SectionFixed,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story
from tests.needs.test_assessment_doors import indicator, opened

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
TODAY = NOW.date()
TEXT = TextRef(text=UUID(int=1), digest="d")
OF: dict[str, Any] = {"partnership": "p1", "outcome": "safe"}


def write(entry: str, section: Any, **given: Any) -> WriteCurveEntry:
    return WriteCurveEntry(
        **OF, entry=entry, section=section, text=TEXT, cost=given.get("cost"),
        owner=given.get("owner", ""), due_on=given.get("due_on"), agency="council",
        written_by="com", new=given.get("new", True), now=NOW,
    )  # fmt: skip


def done(entry: str, on: date = TODAY) -> CompleteCurveAction:
    return CompleteCurveAction(**OF, entry=entry, done_on=on, marked_by="com", now=NOW)


def aim(by: str) -> SetCurveAim:
    return SetCurveAim(
        **OF, indicator="i", target=Decimal(70), by_period=by, last_period="2025", set_by="com",
        now=NOW,
    )  # fmt: skip


TOLD = Scenario(CURVES).when_done(
    write("s", "story"), write("a", "action", owner="icb", due_on=date(2027, 3, 31))
)


def test_an_idea_says_its_cost_and_an_action_its_owner_and_day() -> None:
    TOLD.when(write("i", "what-works")).then_refused(CostUnclear)
    TOLD.when(write("s2", "story", cost="low-cost")).then_refused(CostUnclear)
    TOLD.when(write("b", "action", owner="icb")).then_refused(ActionUnclear)


def test_words_change_and_sections_do_not() -> None:
    TOLD.when(write("s", "partner", new=False)).then_refused(SectionFixed)
    TOLD.when(write("x", "story", new=False)).then_refused(EntryUnknown)
    gone = RemoveCurveEntry(**OF, entry="s", removed_by="com", now=NOW)
    TOLD.when_done(gone).when(gone).then_refused(EntryUnknown)


def test_an_action_is_done_once_and_not_in_the_future() -> None:
    TOLD.when(done("s")).then_refused(NotAnAction)
    TOLD.when(done("a", date(2026, 5, 7))).then_refused(DoneLater)
    TOLD.when_done(done("a")).when(done("a")).then_refused(AlreadyDone)


def test_an_aim_lies_ahead_of_the_newest_figure() -> None:
    TOLD.when(aim("2025")).then_refused(AimInPast)
    assert TOLD.when(aim("2028")).events()


async def test_partners_tell_how_they_turn_a_curve(story: Story) -> None:
    assessment = await opened(story)
    found = await indicator(story, assessment)
    figures = [
        {"area": "Sunderland", "period": str(year), "value": str(50 + n)}
        for n, year in enumerate(range(2018, 2026))
    ]
    series = {"indicator": found, "figures": figures}
    await story.done(story.commissioner, f"/v1/assessments/{assessment}/series", series)
    way = f"/v1/assessments/{assessment}/indicators/{found}"
    history = (await story.commissioner.get(way)).json()["history"]
    assert [one["period"] for one in history] == [str(year) for year in range(2018, 2026)]

    at = f"/v1/curves/{story.partnership}/safe"
    empty = (await story.approver.get(at)).json()
    assert empty["lacking"] == ["story", "partner", "low-cost-idea", "action"]
    said = {"section": "story", "text": "Fewer moves of school."}
    entry = (await story.done(story.commissioner, at, said))["entry"]
    await story.done(story.approver, f"{at}/entries/{entry}", said | {"text": "Fewer moves."})
    target = {"indicator": found, "target": "70", "by_period": "2028"}
    await story.done(story.commissioner, f"{at}/aims", target)
    shown = (await story.approver.get(at)).json()
    assert [one["text"] for one in shown["entries"]] == ["Fewer moves."]
    assert [(one["target"], one["by_period"]) for one in shown["aims"]] == [("70", "2028")]
    assert shown["lacking"] == ["partner", "low-cost-idea", "action"]
    late = await story.commissioner.post(f"{at}/aims", target | {"by_period": "2025"})
    assert (late.status_code, late.json()["code"]) == (409, "aim-in-past")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("", {"section": "story", "text": " "}),
        ("", {"section": "weather", "text": "Rain."}),
        ("", {"section": "action", "text": "Go.", "owner": "nobody", "due_on": "2027-01-01"}),
        ("/aims", {"indicator": "i", "target": "NaN", "by_period": "2028"}),
        ("/aims", {"indicator": "i", "target": "1", "by_period": "some day"}),
    ],
)
async def test_bad_input_writes_nothing(story: Story, path: str, body: Any) -> None:
    await opened(story)
    before = await story.house.house.log.head()
    answer = await story.commissioner.post(f"/v1/curves/{story.partnership}/safe{path}", body)
    assert answer.status_code == 422
    assert await story.house.house.log.head() == before


async def test_strangers_and_unknown_outcomes_find_nothing(story: Story) -> None:
    await opened(story)
    at = f"/v1/curves/{story.partnership}"
    said = {"section": "story", "text": "Well."}
    assert (await story.stranger.get(f"{at}/safe")).status_code == 404
    assert (await story.stranger.post(f"{at}/safe", said)).status_code == 404
    assert (await story.commissioner.get(f"{at}/unheard-of")).status_code == 404
    assert (await story.provider.post(f"{at}/safe", said)).status_code == 403

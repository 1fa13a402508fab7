"""Consultations: asked, heard, answered; and where in the cycle children took part."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.needs.assessments.refusals import NotAYear
from services.needs.voices import refusals
from services.needs.voices.commands import GiveResponse, OpenConsultation, RecordHeard
from services.needs.voices.decider import CONSULTATION
from services.needs.voices.events import (
    ConsultationHeard,
    GroupHeard,
    ResponseGiven,
    ThemeHeard,
)
from services.needs.voices.routes import shown
from services.needs.voices.views import ConsultationRow
from shared.eventsourcing.commands import Missing, Refused
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import Story
from tests.needs.test_assessment_doors import opened as assessment_opened

NOW = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
CHILDREN = GroupHeard(group="children", asked=240, answered=212)
BULLYING = ThemeHeard(theme="bullying", people=88)


def opening(**changes: Any) -> OpenConsultation:
    fields: dict[str, Any] = {
        "consultation": "k1", "partnership": "p1", "year": "2026/27", "title": "School",
        "stage": 3, "asked": ("children", "families"), "ways": ("survey",), "question": TEXT,
        "opens_on": date(2026, 5, 1), "closes_on": date(2026, 5, 31), "about_kind": "other",
        "about": "", "opened_by": "com", "now": NOW,
    }  # fmt: skip
    return OpenConsultation(**(fields | changes))


def hearing(*groups: GroupHeard, themes: tuple[ThemeHeard, ...] = (BULLYING,)) -> RecordHeard:
    return RecordHeard(groups=groups or (CHILDREN,), themes=themes, said=TEXT, now=NOW)


def answering(theme: str = "bullying") -> GiveResponse:
    return GiveResponse(
        response="r1", theme=theme, you_said=TEXT, we_did=TEXT, progress="done",
        agency="council", now=NOW,
    )  # fmt: skip


nobody = Scenario(CONSULTATION)
asking = nobody.when_done(opening())
heard = asking.when_done(hearing())


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"year": "2026"}, NotAYear, "/body/year"),
        ({"asked": ()}, refusals.GroupsUnclear, "/body/asked"),
        ({"asked": ("children", "children")}, refusals.GroupsUnclear, "/body/asked"),
        ({"closes_on": date(2026, 4, 30)}, refusals.DatesUnclear, "/body/closes_on"),
    ],
)
def test_a_consultation_asks_somebody_in_a_year_for_a_time(
    changes: dict[str, Any], refusal: type[Refused], pointer: str
) -> None:
    nobody.when(opening(**changes)).then_refused(refusal, pointer)
    asking.when(opening()).then_refused(refusals.ConsultationKnown)


def test_what_was_said_is_recorded_once_of_those_asked() -> None:
    asking.when(hearing()).then(
        ConsultationHeard(groups=(CHILDREN,), themes=(BULLYING,), said=TEXT)
    )
    heard.when(hearing()).then_refused(refusals.AlreadyHeard)
    nobody.when(hearing()).then_refused(Missing)
    staff = GroupHeard(group="practitioners", asked=9, answered=9)
    asking.when(hearing(staff)).then_refused(refusals.GroupsUnclear, "/body/groups")
    many = GroupHeard(group="children", asked=9, answered=10)
    asking.when(hearing(many)).then_refused(refusals.MoreThanAsked, "/body/groups/0/answered")


def test_nobody_is_heard_before_they_were_asked() -> None:
    coming = nobody.when_done(opening(opens_on=date(2026, 6, 2), closes_on=date(2026, 6, 30)))
    coming.when(hearing()).then_refused(refusals.HeardTooEarly)


def test_others_see_no_number_from_which_a_small_group_can_be_told() -> None:
    few = GroupHeard(group="families", asked=9, answered=5)
    row = ConsultationRow(
        consultation="k1", partnership="p1", year="2026/27", title="School", stage=3,
        asked=("children", "families"), ways=("survey",), question=TEXT,
        opens_on=date(2026, 5, 1), closes_on=date(2026, 5, 31), about_kind="other", about="",
        public=True, heard=(CHILDREN, few), themes=(BULLYING,), said=TEXT,
    )  # fmt: skip
    outside = shown(row, member=False)
    assert [one["answered"] for one in outside["heard"]] == [212, None]
    assert [one["people"] for one in outside["themes"]] == [None]
    assert [one["people"] for one in shown(row, member=True)["themes"]] == [88]


@pytest.mark.parametrize(
    ("themes", "pointer"),
    [
        ((BULLYING, BULLYING), "/body/themes"),
        ((ThemeHeard(theme="john-smith", people=1),), "/body/themes/0"),
        ((BULLYING, ThemeHeard(theme="sleep", people=213)), "/body/themes/1"),
    ],
)
def test_themes_are_of_the_vocabulary_each_once_and_of_those_who_answered(
    themes: tuple[ThemeHeard, ...], pointer: str
) -> None:
    asking.when(hearing(themes=themes)).then_refused(refusals.ThemesUnclear, pointer)


def test_what_was_done_answers_a_theme_that_was_heard() -> None:
    heard.when(answering()).then(
        ResponseGiven(
            response="r1", theme="bullying", you_said=TEXT, we_did=TEXT, progress="done",
            agency="council", given_on=date(2026, 6, 1),
        )
    )  # fmt: skip
    heard.when(answering("sleep")).then_refused(refusals.ThemeNotHeard, "/body/theme")
    asking.when(answering()).then_refused(refusals.NotHeardYet)
    nobody.when(answering()).then_refused(Missing)


def body(partnership: str, **changes: Any) -> dict[str, Any]:
    return {
        "partnership": partnership, "year": "2026/27", "title": "What makes school safe?",
        "stage": 3, "asked": ["children", "families"], "ways": ["survey", "forum"],
        "question": "Where do you not feel safe?", "opens_on": "2026-04-01",
        "closes_on": "2026-04-30",
    } | changes  # fmt: skip


HEARD = {
    "groups": [
        {"group": "children", "asked": 240, "answered": 212},
        {"group": "families", "asked": 12, "answered": 5},
    ],
    "themes": [{"theme": "bullying", "people": 88}, {"theme": "sleep", "people": 3}],
    "said": "We are afraid on the bus.",
}
ANSWER = {
    "theme": "bullying", "you_said": "The bus is not safe.", "we_did": "A conductor rides along.",
    "progress": "done",
}  # fmt: skip
AT = "/v1/consultations"


async def test_from_asking_to_what_changed_and_who_sees_what(story: Story) -> None:
    assessment = await assessment_opened(story)
    about = {"about_kind": "assessment", "about": assessment}
    asked = body(story.partnership, **about)
    one = (await story.done(story.commissioner, AT, asked))["id"]
    at = f"{AT}/{one}"
    assert (await story.provider.get(at)).status_code == 404
    early = await story.commissioner.post(f"{at}/responses", ANSWER)
    assert (early.status_code, early.json()["code"]) == (409, "not-heard-yet")
    await story.done(story.approver, f"{at}/hearing", HEARD)
    await story.done(story.approver, f"{at}/responses", ANSWER)

    views = (await story.approver.get(f"/v1/assessments/{assessment}")).json()["views"]
    assert [(one["asked"], one["people"]) for one in views] == [("children", 212), ("families", 5)]
    inside = (await story.commissioner.get(at)).json()
    outside = (await story.provider.get(at)).json()
    assert [one["answered"] for one in inside["heard"]] == [212, 5]
    assert [one["answered"] for one in outside["heard"]] == [212, None]
    assert [one["people"] for one in outside["themes"]] == [None, None]
    assert "said" not in outside
    said, did = inside["said"]["text"], inside["responses"][0]["we_did"]["text"]
    assert (await story.provider.get(f"{at}/texts/{said}")).status_code == 404
    assert (await story.approver.get(f"{at}/texts/{said}")).json()["content"] == HEARD["said"]
    assert (await story.provider.get(f"{at}/texts/{did}")).json()["content"] == ANSWER["we_did"]
    events = b"".join(
        e.body for e in await story.house.house.log.read_stream(f"consultation/{one}")
    )
    assert b"afraid" not in events
    assert b"bus" not in events


async def test_participation_is_shown_stage_by_stage_where_it_is_missing(story: Story) -> None:
    heard = (await story.done(story.commissioner, AT, body(story.partnership)))["id"]
    await story.done(story.commissioner, f"{AT}/{heard}/hearing", HEARD)
    await story.done(story.commissioner, AT, body(story.partnership, stage=9))
    only_staff = body(story.partnership, stage=5, asked=["practitioners"])
    await story.done(story.commissioner, AT, only_staff)
    await story.done(story.commissioner, AT, body(story.partnership, stage=7, year="2025/26"))
    way = f"{AT}/participation?partnership={story.partnership}&year=2026/27"
    told = (await story.approver.get(way)).json()
    standing = {one["stage"]: one["standing"] for one in told["stages"]}
    assert standing == dict.fromkeys(range(1, 10), "missing") | {3: "heard", 9: "asked"}
    assert told["missing"] == [1, 2, 4, 5, 6, 7, 8]
    assert told["stages"][2]["children_heard"] == 212
    assert (await story.stranger.get(way)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"year": "26-27"}, "not-a-financial-year"),
        ({"closes_on": "2026-03-01"}, "dates-unclear"),
        ({"asked": ["children", "children"]}, "groups-unclear"),
        ({"stage": 10}, "invalid"),
        ({"ways": ["rumour"]}, "invalid"),
        ({"title": ""}, "invalid"),
    ],
)
async def test_a_wrong_question_is_told_so_and_nothing_is_written(
    story: Story, changes: dict[str, Any], code: str
) -> None:
    before = await story.house.house.log.head()
    refused = await story.commissioner.post(AT, body(story.partnership, **changes))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await story.stranger.post(AT, body(story.partnership))).status_code == 404
    assert (await story.provider.post(AT, body(story.partnership))).status_code == 403
    assert await story.house.house.log.head() == before

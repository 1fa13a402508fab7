"""The framework as data: drafted, adopted as the board decided, read as at a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.needs.frameworks.commands import (
    AdoptFramework,
    DraftFramework,
    RemoveFrameworkEntry,
    StateFlexibility,
    StateLevel,
    WriteStatement,
)
from services.needs.frameworks.decider import FRAMEWORK, MOST_ENTRIES
from services.needs.frameworks.refusals import (
    DraftBegun,
    FlexibilityUnclear,
    FrameworkEntryUnknown,
    FrameworkFull,
    FrameworkIncomplete,
    FrameworkNotDecided,
    InForceTooEarly,
    LeadNotPartner,
    LevelStatedBefore,
    NoFrameworkDraft,
)
from services.needs.frameworks.state import WANTED
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import HELD_AT, Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
DECIDED = date(2026, 5, 6)
TEXT = TextRef(text=UUID(int=1), digest="d")
DRAFT = DraftFramework(partnership="p1", drafted_by="com", now=NOW)
WORDS = {
    "vision": "Every child is safe and well.", "value": "Openness.",
    "principle": "Children take part.", "governance": "The board decides.",
    "pooling": "We pool where one service serves several duties; else we align.",
    "compact": "Three years or more, reviewed yearly, at full cost recovery.",
}  # fmt: skip


def write(entry: str, section: Any = "vision") -> WriteStatement:
    return WriteStatement(entry=entry, section=section, text=TEXT, written_by="com", now=NOW)


def level(entry: str, service: str = "CAMHS tier 4") -> StateLevel:
    return StateLevel(
        entry=entry, service=service, level="regional", reason=TEXT, written_by="com", now=NOW
    )


def flexibility(*uses: Any, **named: Any) -> StateFlexibility:
    fields: dict[str, Any] = {"fund": "", "lead": "", "provider": "", "partner": True} | named
    return StateFlexibility(
        entry="f", service="Equipment", uses=uses, written_by="com", now=NOW, **fields
    )


def adopt(about: str, begins: date = DECIDED, decided: date | None = DECIDED) -> AdoptFramework:
    return AdoptFramework(
        decision="d1", about=about, decided_on=decided, in_force_from=begins, recorded_by="com",
        now=NOW,
    )  # fmt: skip


drafted = Scenario(FRAMEWORK).when_done(DRAFT)
whole = drafted.when_done(*(write(one, one) for one in WANTED))
AS_DECIDED = f"framework-1.{len(WANTED)}"


def test_there_is_one_draft_at_a_time_and_what_was_adopted_does_not_change() -> None:
    drafted.when(DRAFT).then_refused(DraftBegun)
    adopted = whole.when_done(adopt(AS_DECIDED))
    adopted.when(write("late")).then_refused(NoFrameworkDraft)
    adopted.when(RemoveFrameworkEntry(entry="vision", removed_by="com", now=NOW)).then_refused(
        NoFrameworkDraft
    )
    again = adopted.when_done(DRAFT)
    assert [one.entry for one in again.state.entries] == list(WANTED)
    assert again.state.about == "framework-2.0"


def test_the_board_adopts_what_it_decided_on_and_nothing_changed_since() -> None:
    whole.when(adopt("framework-1.4")).then_refused(FrameworkNotDecided)
    whole.when(adopt(AS_DECIDED, decided=None)).then_refused(FrameworkNotDecided)
    whole.when_done(write("more", "ethics")).when(adopt(AS_DECIDED)).then_refused(
        FrameworkNotDecided
    )
    assert whole.when(adopt(AS_DECIDED)).events()


def test_a_framework_lacks_nothing_that_is_wanted_when_it_is_adopted() -> None:
    gone = whole.when_done(RemoveFrameworkEntry(entry="pooling", removed_by="com", now=NOW))
    gone.when(adopt(f"framework-1.{len(WANTED) + 1}")).then_refused(FrameworkIncomplete)


def test_a_version_begins_after_the_decision_and_the_version_before() -> None:
    early = "/body/in_force_from"
    whole.when(adopt(AS_DECIDED, DECIDED - timedelta(1))).then_refused(InForceTooEarly, early)
    again = whole.when_done(adopt(AS_DECIDED, date(2026, 9, 1)), DRAFT)
    again.when(adopt("framework-2.0", date(2026, 9, 1))).then_refused(InForceTooEarly, early)
    assert again.when(adopt("framework-2.0", date(2026, 9, 2))).events()


def test_a_kind_of_service_has_one_level() -> None:
    drafted.when_done(level("l")).when(level("m", "camhs TIER 4")).then_refused(
        LevelStatedBefore, "/body/service"
    )


@pytest.mark.parametrize(
    ("uses", "named"),
    [
        (("pooled-budget",), {}),
        (("pooled-budget",), {"lead": "icb"}),
        (("pooled-budget",), {"fund": "f1", "lead": "icb"}),
        (("pooled-budget", "pooled-budget"), {"fund": "f1"}),
        ((), {}),
    ],
)
def test_each_flexibility_names_what_it_concerns(uses: Any, named: Any) -> None:
    drafted.when(flexibility(*uses, **named)).then_refused(FlexibilityUnclear, "/body/uses")


def test_flexibilities_are_used_singly_or_together() -> None:
    three = ("pooled-budget", "lead-commissioning", "integrated-provision")
    together = {"fund": "f1", "lead": "icb", "provider": "Equipment service"}
    assert drafted.when(flexibility(*three, **together)).events()
    assert drafted.when(flexibility("integrated-provision", provider="Centre")).events()
    stranger = flexibility("lead-commissioning", lead="elsewhere", partner=False)
    drafted.when(stranger).then_refused(LeadNotPartner, "/body/lead")


def test_a_draft_is_bounded_and_only_what_it_holds_is_removed() -> None:
    full = drafted.when_done(*(write(f"e{n}") for n in range(MOST_ENTRIES)))
    full.when(write("more")).then_refused(FrameworkFull)
    drafted.when(RemoveFrameworkEntry(entry="x", removed_by="com", now=NOW)).then_refused(
        FrameworkEntryUnknown
    )


async def written(story: Story) -> str:
    """A whole draft; what the board's decision on it is about."""
    at = f"/v1/frameworks/{story.partnership}"
    await story.done(story.commissioner, f"{at}/draft")
    for section, text in WORDS.items():
        body = {"section": section, "text": text}
        await story.done(story.commissioner, f"{at}/statements", body)
    said = {"service": "CAMHS tier 4", "level": "regional", "reason": "Few children, dear beds."}
    await story.done(story.approver, f"{at}/levels", said)
    uses = {"service": "Equipment", "uses": ["pooled-budget", "lead-commissioning"],
            "fund": "f1", "lead": "icb"}  # fmt: skip
    await story.done(story.commissioner, f"{at}/flexibilities", uses)
    return (await story.commissioner.get(at)).json()["draft"]["about"]


async def test_a_framework_is_public_once_adopted_and_read_as_at_a_day(story: Story) -> None:
    at = f"/v1/frameworks/{story.partnership}"
    about = await written(story)
    assert (await story.stranger.get(at)).status_code == 404
    decision = await story.carry(about_kind="other", about=about)
    begins = {"decision": decision, "in_force_from": "2026-06-01"}
    await story.done(story.commissioner, f"{at}/adoption", begins)
    before = (await story.stranger.get(f"{at}?on=2026-05-31")).json()
    assert before["version"] is None
    shown = (await story.stranger.get(f"{at}?on=2026-06-01")).json()
    version = shown["version"]
    assert {one["section"]: one["text"] for one in version["statements"]} == WORDS
    [stated] = version["levels"]
    assert (stated["level"], stated["reason"]) == ("regional", "Few children, dear beds.")
    [used] = version["flexibilities"]
    assert (used["fund"], used["lead"], used["provider"]) == ("f1", "icb", "")
    assert [one["agency"] for one in shown["partners"]] == ["council", "icb", "police"]
    assert [one["number"] for one in shown["model"]] == list(range(1, 10))

    await story.done(story.approver, f"{at}/draft")
    [vision] = [one for one in version["statements"] if one["section"] == "vision"]
    await story.done(story.approver, f"{at}/entries/{vision['entry']}/removal")
    anew = {"section": "vision", "text": "Every child thrives."}
    await story.done(story.approver, f"{at}/statements", anew)
    assert (await story.stranger.get(at)).json()["draft"] is None
    about = (await story.approver.get(at)).json()["draft"]["about"]
    held = HELD_AT + timedelta(days=60)
    decision = await story.carry(held, about_kind="other", about=about)
    begins = {"decision": decision, "in_force_from": "2026-09-01"}
    await story.done(story.commissioner, f"{at}/adoption", begins)
    for day, vision_then in (("2026-08-31", WORDS["vision"]), ("2026-09-01", anew["text"])):
        told = (await story.stranger.get(f"{at}?on={day}")).json()["version"]["statements"]
        assert [one["text"] for one in told if one["section"] == "vision"] == [vision_then]


async def test_what_the_board_did_not_decide_is_not_adopted(story: Story) -> None:
    at = f"/v1/frameworks/{story.partnership}"
    about = await written(story)
    decision = await story.carry(about_kind="other", about=f"{about}0")
    for wrong in ("d9", decision):
        body = {"decision": wrong, "in_force_from": "2026-06-01"}
        answer = await story.commissioner.post(f"{at}/adoption", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "framework-not-decided")
    number, revision = about.split(".")
    coming = f"{number}.{int(revision) + 1}"
    body["decision"] = await story.carry(
        HELD_AT + timedelta(days=14), about_kind="other", about=coming
    )
    await story.done(
        story.commissioner, f"{at}/statements", {"section": "vision", "text": "Another vision."}
    )
    assert (await story.approver.get(at)).json()["draft"]["about"] == coming
    answer = await story.commissioner.post(
        f"{at}/adoption", {**body, "in_force_from": "2026-07-01"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "framework-not-decided")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("statements", {"section": "weather", "text": "Rain."}),
        ("statements", {"section": "vision", "text": " "}),
        ("levels", {"service": "S", "level": "galactic", "reason": "R."}),
        ("flexibilities", {"service": "S", "uses": ["pooled-budget"]}),
        ("flexibilities", {"service": "S", "uses": ["lead-commissioning"], "lead": "elsewhere"}),
        ("adoption", {"decision": "d1", "in_force_from": "soon"}),
    ],
)
async def test_bad_input_writes_nothing(story: Story, path: str, body: Any) -> None:
    at = f"/v1/frameworks/{story.partnership}"
    await story.done(story.commissioner, f"{at}/draft")
    before = await story.house.house.log.head()
    answer = await story.commissioner.post(f"{at}/{path}", body)
    assert answer.status_code == 422
    assert (await story.stranger.post(f"{at}/{path}", body)).status_code == 404
    assert (await story.provider.post(f"{at}/{path}", body)).status_code == 403
    assert await story.house.house.log.head() == before

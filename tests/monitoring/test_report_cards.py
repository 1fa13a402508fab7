"""What stands beside a contract's figures: its rules, and its doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.monitoring.report_cards.commands import (
    AgreeCard,
    CompleteAction,
    RemoveEntry,
    WriteEntry,
)
from services.monitoring.report_cards.decider import CARDS
from services.monitoring.report_cards.refusals import (
    ActionMissing,
    LowCostIdeaMissing,
    NothingChanged,
)
from shared.entries.refusals import (
    ActionUnclear,
    AlreadyDone,
    CostUnclear,
    DoneLater,
    EntryUnknown,
    NotAnAction,
    SectionFixed,
)
from shared.testing.houses import RunningHouse
from shared.testing.scenarios import Scenario
from tests.monitoring.agreed import Q1, TEXT
from tests.monitoring.door import AFTER_Q1, People, signed_house

NOW = datetime(2026, 7, 2, 9, tzinfo=UTC)
TODAY = NOW.date()
AT = "/v1/card-entries/c1"
IDEA = {"section": "what-works", "text": "Ring the day before.", "cost": "no-cost"}
ACTION = {
    "section": "action", "text": "Start the calls.", "owner": "acorn", "due_on": "2026-09-30",
}  # fmt: skip


def write(entry: str, section: Any, **given: Any) -> WriteEntry:
    return WriteEntry(
        contract="c1", entry=entry, section=section, text=TEXT, cost=given.get("cost"),
        owner=given.get("owner", ""), due_on=given.get("due_on"), agency="acorn",
        written_by="ann", new=given.get("new", True), now=NOW,
    )  # fmt: skip


def action(entry: str, **given: Any) -> WriteEntry:
    return write(entry, "action", owner="acorn", due_on=date(2026, 9, 30), **given)


def done(entry: str, on: date = TODAY) -> CompleteAction:
    return CompleteAction(contract="c1", entry=entry, done_on=on, marked_by="ann", now=NOW)


AGREE = AgreeCard(contract="c1", period=Q1, agreed_by="mo", now=NOW)
WHOLE = Scenario(CARDS).when_done(write("i", "what-works", cost="low-cost"), action("a"))


# -- rules


def test_an_idea_says_what_it_costs_and_nothing_else_does() -> None:
    Scenario(CARDS).when(write("i", "what-works")).then_refused(CostUnclear)
    Scenario(CARDS).when(write("p", "partner", cost="no-cost")).then_refused(CostUnclear)


def test_an_action_has_an_owner_and_a_day_and_nothing_else_has() -> None:
    Scenario(CARDS).when(write("a", "action", owner="acorn")).then_refused(ActionUnclear)
    Scenario(CARDS).when(write("a", "action", due_on=NOW.date())).then_refused(ActionUnclear)
    Scenario(CARDS).when(write("p", "partner", owner="acorn")).then_refused(ActionUnclear)


def test_no_card_is_agreed_without_an_idea_of_little_cost_and_something_to_do() -> None:
    costly = Scenario(CARDS).when_done(write("i", "what-works", cost="costed"), action("a"))
    costly.when(AGREE).then_refused(LowCostIdeaMissing)
    ideas = Scenario(CARDS).when_done(write("i", "what-works", cost="no-cost"))
    ideas.when(AGREE).then_refused(ActionMissing)
    WHOLE.when_done(done("a")).when(AGREE).then_refused(ActionMissing)
    (agreed,) = WHOLE.when(AGREE).events()
    assert getattr(agreed, "entries", ()) == ("i", "a")


def test_a_card_is_agreed_again_only_once_it_has_changed() -> None:
    agreed = WHOLE.when_done(AGREE)
    agreed.when(AGREE).then_refused(NothingChanged)
    assert agreed.when_done(write("p", "partner")).when(AGREE).events()


def test_words_change_and_sections_do_not() -> None:
    WHOLE.when(write("i", "partner", new=False)).then_refused(SectionFixed)
    WHOLE.when(write("x", "partner", new=False)).then_refused(EntryUnknown)
    changed = WHOLE.when_done(write("i", "what-works", cost="no-cost", new=False))
    assert changed.state.entries["i"].cost == "no-cost"


def test_only_an_action_is_done_once_and_not_in_the_future() -> None:
    WHOLE.when(done("i")).then_refused(NotAnAction)
    WHOLE.when(done("a", NOW.date() + timedelta(days=1))).then_refused(DoneLater)
    WHOLE.when_done(done("a")).when(done("a")).then_refused(AlreadyDone)
    gone = RemoveEntry(contract="c1", entry="a", removed_by="ann", now=NOW)
    WHOLE.when_done(gone).when(done("a")).then_refused(EntryUnknown)


# -- doors


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with signed_house(service_database) as running:
        await running.set_clock(AFTER_Q1)
        yield running


async def test_both_parties_write_and_the_manager_agrees(house: RunningHouse) -> None:
    people = People(house)
    empty = (await people.ian.get(AT)).json()
    assert (empty["entries"], empty["lacking"]) == ([], ["partner", "low-cost-idea", "action"])
    refused = await people.mo.post(f"{AT}/agreements", {"period": Q1})
    assert (refused.status_code, refused.json()["code"]) == (409, "low-cost-idea-missing")
    await people.ann.done(AT, IDEA)
    await people.ann.done(AT, {"section": "partner", "text": "The school nurse refers."})
    entry = (await people.mo.done(AT, ACTION))["entry"]
    not_hers = await people.ann.post(f"{AT}/agreements", {"period": Q1})
    assert not_hers.status_code == 403
    await people.mo.done(f"{AT}/agreements", {"period": Q1})
    await house.settle()
    shown = (await people.ian.get(AT)).json()
    assert [one["text"] for one in shown["entries"]] == [
        IDEA["text"], "The school nurse refers.", ACTION["text"],
    ]  # fmt: skip
    assert shown["lacking"] == []
    assert [(one["period"], one["current"]) for one in shown["agreements"]] == [(Q1, True)]
    await people.ann.done(f"{AT}/entries/{entry}/completion", {"done_on": "2026-07-02"})
    await house.settle()
    shown = (await people.ian.get(AT)).json()
    assert (shown["lacking"], shown["agreements"][0]["current"]) == (["action"], False)


async def test_what_was_known_before_is_shown_as_it_was(house: RunningHouse) -> None:
    people = People(house)
    entry = (await people.ann.done(AT, IDEA))["entry"]
    await house.set_clock(AFTER_Q1 + timedelta(days=2))
    changed = IDEA | {"text": "Ring twice."}
    await people.ann.done(f"{AT}/entries/{entry}", changed)
    await house.settle()
    before = (AFTER_Q1 + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    known = (await people.mo.get(f"{AT}?known_at={before}")).json()
    assert [one["text"] for one in known["entries"]] == [IDEA["text"]]
    await people.ann.done(f"{AT}/entries/{entry}/removal")
    await house.settle()
    assert (await people.mo.get(AT)).json()["entries"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"section": "partner", "text": ""},
        {"section": "partner", "text": "x" * 601},
        {"section": "weather", "text": "Rain."},
        ACTION | {"owner": "nobody-we-know"},
        ACTION | {"more": 1},
    ],
)
async def test_bad_input_is_refused_and_writes_nothing(house: RunningHouse, body: Any) -> None:
    people = People(house)
    before = await house.house.log.head()
    assert (await people.ann.post(AT, body)).status_code == 422
    assert await house.house.log.head() == before


async def test_strangers_find_nothing_and_partners_only_read(house: RunningHouse) -> None:
    people = People(house)
    for who in (people.stranger, people.other_provider):
        assert (await who.get(AT)).status_code == 404
        assert (await who.post(AT, IDEA)).status_code == 404
    assert (await people.ian.post(AT, IDEA)).status_code == 403
    assert (await people.ian.get("/v1/card-entries/none")).status_code == 404

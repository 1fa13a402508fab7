"""The framework and how it is used, on the pages: drafted by partners, read by everyone."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from shared.testing.houses import token
from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.planning import Planning, open_planning
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = pytest.mark.asyncio(loop_scope="session")
DECIDED = datetime(2026, 5, 13, 13, tzinfo=UTC)
WORDS = {
    "vision": "Every child is safe and well.", "value": "Openness.",
    "principle": "Children take part.", "governance": "The board decides.",
    "pooling": "We pool where one service serves several duties.",
    "compact": "Three years or more, at full cost recovery.",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planning(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Planning]:
    names = [f"framework_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_planning(*databases) as opened:
        await opened.seat()
        yield opened


class Pages:
    """One person at the pages, without a browser."""

    def __init__(self, planning: Planning, agency: str, person: str, *roles: str) -> None:
        self.client = planning.gateway.client
        self.headers = {"Accept": "text/html"}
        if agency:
            self.headers["Authorization"] = f"Bearer {token(agency, person, *roles)}"

    async def see(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.headers)

    async def send(self, path: str, **typed: Any) -> httpx.Response:
        form = {"key": uuid4().hex, **typed}
        return await self.client.post(path, data=form, headers=self.headers)


def commissioner(planning: Planning) -> Pages:
    return Pages(planning, story.COUNCIL, story.COMMISSIONER, "commissioner")


async def test_a_framework_is_drafted_adopted_and_open_to_everyone(planning: Planning) -> None:
    at = f"/framework/{planning.partnership}"
    mine, anybody = commissioner(planning), Pages(planning, "", "")
    assert "Begin the next version" in (await mine.see(at)).text
    assert (await mine.send(f"{at}/draft")).status_code == 303
    for section, text in WORDS.items():
        assert (await mine.send(f"{at}/statements", section=section, text=text)).is_redirect
    why = {"service": "Secure beds", "level": "regional", "reason": "Few children."}
    assert (await mine.send(f"{at}/levels", **why)).is_redirect
    wrong = await mine.send(f"{at}/flexibilities", shared="Equipment", lead=story.ICB)
    assert wrong.status_code == 422
    assert "Nothing was written" in wrong.text
    uses = {"pooled-budget": "yes", "lead-commissioning": "yes", "fund": "f1", "lead": story.ICB}
    assert (await mine.send(f"{at}/flexibilities", shared="Equipment", **uses)).is_redirect
    assert "framework-1.8" in (await mine.see(at)).text
    assert (await anybody.see(at)).status_code == 404
    decision = await planning.carry(DECIDED, about_kind="other", about="framework-1.8")
    adopted = {"decision": decision, "in_force_from": "2026-05-13"}
    assert (await mine.send(f"{at}/adoption", **adopted)).is_redirect
    await planning.settle()
    shown = (await anybody.see(at)).text
    for text in (*WORDS.values(), "Regional", "Few children.", "fund f1"):
        assert text in shown, text
    assert "Adopt the draft" not in shown
    before = (await anybody.see(f"{at}?on=2026-05-12")).text
    assert "No version was in force" in before


async def test_training_is_recorded_and_each_agency_sees_its_own(planning: Planning) -> None:
    at = f"/training/{planning.partnership}"
    mine = commissioner(planning)
    theirs = Pages(planning, story.ICB, story.HEALTH, "commissioner")
    wrong = await mine.send(at, person="Ann Other", subject="plan", trained_on="2026-04-02")
    assert wrong.status_code == 422
    assert "Nothing was written" in wrong.text
    done = {"person": "p-opaque", "subject": "plan", "trained_on": "2026-04-02"}
    assert (await mine.send(at, **done)).is_redirect
    shown = (await mine.see(at)).text
    assert "Plan, level 3" in shown
    assert "p-opaque" in shown
    seen = (await theirs.see(at)).text
    assert "p-opaque" not in seen
    assert "Nobody is on record yet" in seen
    assert (await Pages(planning, "elsewhere", "eve", "commissioner").see(at)).status_code == 404


async def test_a_year_is_assessed_and_evaluated_on_its_page(planning: Planning) -> None:
    at = f"/evaluation/{planning.partnership}/2026"
    mine = commissioner(planning)
    first = await mine.see(f"/evaluation/{planning.partnership}")
    assert (first.status_code, first.headers.get("location")) == (303, at)
    wrong = await mine.send(f"{at}/evaluation", findings="Too soon.")
    assert wrong.status_code == 409
    assert "Nothing was written" in wrong.text
    said = {"stage": "3", "rating": "2", "text": "The analysis came late."}
    assert (await mine.send(f"{at}/stages", **said)).is_redirect
    shown = (await mine.see(at)).text
    assert "The analysis came late." in shown
    assert "Nobody has spoken of 8 of the nine" in shown
    assert (await mine.send(f"{at}/evaluation", findings="Begin sooner.")).is_redirect
    better = {"improvement": "Begin in April.", "owner": story.ICB, "due_on": "2027-04-30"}
    assert (await mine.send(f"{at}/improvements", **better)).is_redirect
    shown = (await mine.see(at)).text
    for text in ("Begin sooner.", "Begin in April.", "by 30 April 2027"):
        assert text in shown
    assert "Assess the stage" not in shown
    assert (await Pages(planning, "elsewhere", "eve", "commissioner").see(at)).status_code == 404


async def test_a_package_is_opened_agreed_and_hidden_from_others(planning: Planning) -> None:
    at = f"/packages/{planning.partnership}"
    mine = commissioner(planning)
    theirs = Pages(planning, story.ICB, story.HEALTH, "commissioner")
    police = Pages(planning, "alderbrook-police", "off", "commissioner")
    form = {"reference": "Ann Other", "kind": "combined", "begins_on": "2026-10-01",
            "review_on": "2027-01-01", f"share-{story.COUNCIL}": "120,000",
            f"share-{story.ICB}": "60000.50"}  # fmt: skip
    wrong = await mine.send(at, **form)
    assert wrong.status_code == 422
    assert "Nothing was written" in wrong.text
    assert (await mine.send(at, **form | {"reference": "HC-0041"})).is_redirect
    shown = (await theirs.see(at)).text
    assert "HC-0041 of Alderbrook Council" in shown
    assert "Agree to £60,000.50 for HC-0041" in shown
    [package] = {one.split("/")[3] for one in re.findall(r'action="([^"]*)/agreement"', shown)}
    assert (await theirs.send(f"{at}/{package}/agreement", yearly_pence="6000050")).is_redirect
    assert "not agreed yet" not in (await theirs.see(at)).text
    assert "Your agency is concerned in none" in (await police.see(at)).text
    assert (await Pages(planning, "elsewhere", "eve", "commissioner").see(at)).status_code == 404


@in_chromium
async def test_the_pages_are_whole_at_both_widths_without_scripts(
    browser: Browser, axe: str, planning: Planning
) -> None:
    async with served_here(planning.gateway.app) as address:
        context = await browser.new_context(base_url=address)
        anybody = Walk(await context.new_page(), axe, "anybody")
        await anybody.go(f"/framework/{planning.partnership}")
        await anybody.looked_at("framework")
        async with signed_in(
            browser, address, story.COMMISSIONER, java_script_enabled=False
        ) as quiet:
            walk = Walk(await quiet.new_page(), "", "framework")
            await walk.go(f"/framework/{planning.partnership}")
            await walk.press("Begin the next version")
            assert "Draft of version 2" in await walk.text()
        async with signed_in(browser, address, story.COMMISSIONER) as context:
            walk = Walk(await context.new_page(), axe, "framework")
            await walk.go(f"/framework/{planning.partnership}")
            await walk.looked_at("draft")
            for page in ("training", "evaluation", "packages"):
                await walk.go(f"/{page}/{planning.partnership}")
                await walk.looked_at(page)

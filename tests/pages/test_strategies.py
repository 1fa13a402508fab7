"""The strategy document in a real Chromium: by audience, on paper, beside the children's plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.planning import Planning, open_planning
from tests.pages.test_in_a_browser import complaints, signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
ADOPTED = datetime(2026, 5, 13, 13, tzinfo=UTC)
DECIDED = datetime(2026, 5, 27, 13, tzinfo=UTC)
BULLYING, SLEEP = "Help against bullying", "Better sleep"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planning(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Planning]:
    names = [f"strategies_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_planning(*databases) as opened:
        await opened.seat()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(planning: Planning) -> AsyncIterator[str]:
    async with served_here(planning.gateway.app) as at:
        yield at


async def test_a_strategy_is_explained_decided_and_read_by_each_audience(
    browser: Browser, address: str, axe: str, planning: Planning
) -> None:
    strategy = await planning.strategy("Safe and rested", BULLYING, SLEEP, groups=("carers",))
    decision = await planning.carry(ADOPTED, about_kind="other", about="childrens-plan")
    plan = {"title": "Our plan", "year": "2026/27", "decision": decision,
            "outcomes": [{"outcome": "o0", "title": "Safe"}]}  # fmt: skip
    await planning.done(planning.commissioner, f"/v1/plans/{planning.partnership}", plan)
    at = f"/strategies/{strategy}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        walk = Walk(await context.new_page(), "", "strategy")
        await walk.go("/strategies")
        await walk.page.get_by_role("link", name="Safe and rested").click()
        assert f"Do something about {SLEEP}" in await plan_of(walk)
        assert "not explained yet" in await plan_of(walk)
        await walk.press("Record the explanation")
        assert "Nothing was written" in await walk.text()
        label = f"Why “Do something about {SLEEP}” departs from the plan"
        await walk.page.get_by_label(label).fill("The plan is revised in spring.")
        await walk.press("Record the explanation")
        await planning.settle()
        await walk.go(at)
        assert "The plan is revised in spring." in await walk.text()
        await scores(walk)
        await planning.settle()
        await walk.go(at)
        assert "How many children: 4 of 5, counted 3 times; together 12." in await walk.text()
        await walk.page.get_by_label("Summary").fill("We want you to be safe. We listen.")
        await walk.press("Keep the summary")
        await planning.settle()
    decision = await planning.carry(DECIDED, about_kind="strategy", about=strategy)
    way = f"/v1/strategies/{strategy}"
    await planning.done(planning.commissioner, f"{way}/approval", {"decision": decision})
    anybody = Walk(await (await browser.new_context(base_url=address)).new_page(), axe, "anybody")
    hidden = await anybody.page.goto(at)
    assert hidden is not None
    assert hidden.status == 404
    await planning.done(planning.commissioner, f"{way}/publication")

    await anybody.go("/strategies")
    await anybody.page.get_by_role("link", name="Safe and rested").click()
    await anybody.looked_at("strategy")
    public = await anybody.text()
    assert "We want you to be safe. We listen." in public
    assert "Reason 1." in public
    assert "Less elsewhere." not in public
    assert "The plan is revised in spring." not in public
    assert ": explained" in public
    await anybody.page.get_by_role("link", name="Easy to read").click()
    await anybody.looked_at("easy")
    assert "What we will do" in await anybody.text()
    await anybody.go(f"{at}?audience=partners")
    assert "Less elsewhere." not in await anybody.text()
    await anybody.page.emulate_media(media="print")
    assert not await anybody.page.get_by_role("navigation", name="Audience").is_visible()
    assert (await anybody.page.pdf(format="A4")).startswith(b"%PDF")
    await anybody.page.context.close()

    async with signed_in(browser, address, story.HEALTH) as context:
        page = await context.new_page()
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(at)
            assert await complaints(page, axe) == []
        assert "Less elsewhere." in await page.locator("main").inner_text()


async def scores(walk: Walk) -> None:
    await walk.page.get_by_label("Need", exact=True).select_option(BULLYING)
    await walk.page.get_by_label("Rank, 1 first").fill("1")
    await walk.page.get_by_label("Criterion 1", exact=True).fill("How many children")
    await walk.page.get_by_label("Points of 5 by criterion 1").fill("4")
    await walk.page.get_by_label("Weight of criterion 1, 1 to 10").fill("3")
    await walk.page.get_by_label("Reasons").fill("Three sides told us.")
    await walk.press("Rank the need")


async def plan_of(walk: Walk) -> str:
    return await walk.page.locator("#plan ~ ul").first.inner_text()


async def test_partnerships_agree_what_their_drafts_share(
    browser: Browser, address: str, axe: str, planning: Planning
) -> None:
    home = planning.partnership
    strategic = await planning.form("Alderbrook together")
    for name in ("North", "South"):
        planning.partnership = await planning.form(f"{name} locality partnership")
        await planning.strategy(f"{name} draft", "Safe ways to school", f"Only in the {name}")
    planning.partnership = home
    at = f"/strategies/drafts/{strategic}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        walk = Walk(await context.new_page(), "", "drafts")
        await walk.go("/strategies")
        await walk.page.get_by_role("link", name="Drafts sent to Alderbrook together").click()
        for name in ("North", "South"):
            await walk.page.get_by_label("Draft", exact=True).select_option(f"{name} draft")
            await walk.page.get_by_label("Places it is about").fill(f"Hendon, {name}")
            await walk.press("Send it in")
            await planning.settle()
            await walk.go(at)
        told = await walk.text()
        assert "The same need: Safe ways to school" in told
        assert "The same place: Hendon" in told
        assert "The same need: Only in the North" not in told
        words = "Safe ways to school"
        await walk.press(f"Propose for {words}")
        assert "Nothing was written" in await walk.text()
        await walk.page.get_by_label(f"How to take “{words}” forward").fill("One crossing team.")
        await walk.press(f"Propose for {words}")
        await planning.settle()
        for name in ("North", "South"):
            await walk.go(at)
            await walk.press(f"Agree for {name} locality partnership: {words}")
            await planning.settle()
        await walk.go(at)
        assert f"{words} Agreed" in await walk.text()
    async with signed_in(browser, address, story.HEALTH) as context:
        walk = Walk(await context.new_page(), axe, "drafts")
        await walk.go(at)
        await walk.looked_at("drafts")
        assert "One crossing team." in await walk.text()


async def test_what_there_is_and_what_it_would_change(
    browser: Browser, address: str, axe: str, planning: Planning
) -> None:
    at = f"/strategies/resources/{planning.partnership}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        walk = Walk(await context.new_page(), "", "resources")
        page = walk.page
        await walk.go(at)
        for year, tier, pounds in (("2025/26", "4", "30,000"), ("2026/27", "2", "40,000")):
            await page.get_by_role("textbox", name="Year", exact=True).fill(year)
            await page.get_by_label("Service", exact=True).fill("Counselling")
            await page.get_by_label("Provider").fill("Bright Path")
            await page.get_by_label("Whose it is").select_option(story.ICB)
            await page.get_by_label("Outcome").fill("o0")
            await page.get_by_label("Level").select_option(tier)
            await page.get_by_label("Kind", exact=True).select_option("staff")
            await page.get_by_label("How it is shared").select_option("in-kind")
            await page.get_by_label("What it is", exact=True).fill("Two youth workers")
            await walk.press("Record the resource")
            assert "Nothing was written" in await walk.text()
            year_typed = page.get_by_role("textbox", name="Year", exact=True)
            assert await year_typed.input_value() == year
            await page.get_by_label("Worth a year, in pounds").fill(pounds)
            await walk.press("Record the resource")
            await planning.settle()
            await walk.go(at)
        told = await walk.text()
        assert "Staff of Alderbrook Integrated Care Board: Two youth workers" in told
        assert "+100.0 points" in told
        assert "Nobody has said what it would change." in told
        await page.get_by_label("What is counted").fill("young people helped")
        await page.get_by_label("How many a year now").fill("200")
        await page.get_by_label("At least how many percent").fill("0.5")
        await page.get_by_label("At most how many percent").fill("1")
        await page.get_by_label("What this assumes").fill("A trial in a town like ours.")
        await walk.press("Record the assumption")
        await page.get_by_label("What it is about").select_option("action")
        await page.get_by_label("Kind of service").fill("Counselling")
        await page.get_by_label("What is known, or what is to be done").fill("Train ten.")
        await page.get_by_label("By, for an action").fill("2027-01-01")
        await walk.press("Write it down")
        await planning.settle()
        await walk.go(at)
        told = await walk.text()
        assert "between 1.0 and 2.0 more young people helped" in told
        assert "One more would cost £200.00 to £400.00." in told
        assert "This assumes: A trial in a town like ours." in told
        await walk.press("Done: Train ten.")
        await planning.settle()
        await walk.go(at)
        assert "May 2026)" in await walk.text()
    async with signed_in(browser, address, story.HEALTH) as context:
        walk = Walk(await context.new_page(), axe, "resources")
        await walk.go(at)
        await walk.looked_at("resources")
        await walk.press("Agree to Two youth workers for Counselling")
        await planning.settle()
        await walk.go(at)
        assert "Counselling, Bright Path Agreed" in await walk.text()
        await walk.press("Take off the map: Two youth workers for Counselling")
        assert "Counselling, Bright Path Agreed" not in await walk.text()

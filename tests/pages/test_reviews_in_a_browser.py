"""Reviews, incidents, meetings, expectations and the forum in a real Chromium, wide and narrow.

Law: no violation that axe can see, nothing clipped, nothing wider than the screen; an incident is
reported and a meeting recorded without scripts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.stage import Stage
from tests.pages.test_in_a_browser import complaints, signed_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
PERIOD = story.QUARTERS[-3]
PAGES = (
    "/incidents", "/reviews", "/reviews/c1:2026-27", f"/meetings/c1/{PERIOD}",
    "/expectations", "/forum/p1",
)  # fmt: skip


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(stage: Stage) -> AsyncIterator[str]:
    async with served_here(stage.gateway.app) as at:
        yield at


async def test_an_incident_is_reported_and_a_meeting_recorded_without_scripts(
    browser: Browser, address: str, stage: Stage
) -> None:
    async with signed_in(browser, address, story.LEAD, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto("/incidents")
        await page.get_by_label("The referral's reference").fill("LADO-2027-77")
        await page.get_by_label("The day it happened").fill("2027-10-10")
        await page.get_by_role("button", name="Tell the commissioner").click()
        assert "Make the referral first" in await page.locator("main").inner_text()
        assert await page.get_by_label("The referral's reference").input_value() == "LADO-2027-77"
        await page.get_by_label("I confirm that the referral has been made").check(force=True)
        await page.get_by_role("button", name="Tell the commissioner").click()
        await stage.settle()
        await page.goto("/incidents")
        assert "LADO-2027-77" in await page.locator("main").inner_text()
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        page = await context.new_page()
        await page.goto(f"/meetings/c1/{PERIOD}")
        await page.get_by_label("Minutes").fill("We met.")
        await page.get_by_label("What is to be done").first.fill("Call back within a day.")
        await page.get_by_label("Owner").first.fill(story.LEAD)
        await page.get_by_label("By", exact=True).first.fill("2027-10-11")
        await page.get_by_role("button", name="Record the meeting").click()
        await stage.settle()
        await page.goto(f"/meetings/c1/{PERIOD}")
        await page.get_by_role("button", name="Record as done").first.click()
        await stage.settle()
        await page.goto(f"/meetings/c1/{PERIOD}")
        assert "done 12 October 2027" in await page.locator("main").inner_text()


@pytest.mark.parametrize("person", [story.COMMISSIONER, story.LEAD])
async def test_every_page_is_whole_at_every_width(
    browser: Browser, address: str, axe: str, person: str
) -> None:
    wrong: dict[str, list[str]] = {}
    async with signed_in(browser, address, person) as context:
        page = await context.new_page()
        for path in PAGES:
            answer = await page.goto(path)
            assert answer is not None
            assert answer.ok, path
            for width in (1280, 390):
                await page.set_viewport_size({"width": width, "height": 900})
                if found := await complaints(page, axe):
                    wrong[f"{path} at {width}"] = found
    assert wrong == {}

"""What follows from a decision and what an officer is told, in a real Chromium without scripts.

Law: every page is whole at both widths and axe finds nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.following import CONTRACT, DECIDED, Following, open_following
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), in_chromium]
PAGES = (
    "/cycle", "/messages", "/planned-procurements", "/compact/p1", "/monitoring-calendar/p1",
    f"/contracts/{CONTRACT}", f"/contracts/{CONTRACT}/end", "/contracts", "/reviews",
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def following(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Following]:
    names = [f"following_{uuid4().hex}" for _ in range(4)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_following(*databases) as opened:
        yield opened


async def words(page: Page, path: str) -> str:
    await page.goto(path)
    return await page.locator("main").inner_text()


async def test_an_officer_is_told_and_a_decision_is_followed_to_its_end(
    browser: Browser, following: Following, axe: str
) -> None:
    async with served_here(following.gateway.app) as address:
        async with signed_in(browser, address, story.MANAGER, java_script_enabled=False) as context:
            page = await context.new_page()
            told = await words(page, "/messages")
            for said in (
                "You are the named officer of this contract", "A return is due",
                "A return is late", "was due 21 July 2026",
            ):  # fmt: skip
                assert said in told, said
            await page.get_by_role("button", name="A return is late").click()
            await following.settle()
            assert "seen 28 July 2026" in await words(page, "/messages")
            await _calendar(page, following)
            await following.set_clock(DECIDED)
            review = await following.review()
            await following.decide(review, "redesign")
            assert "The service is redesigned, 20 April 2027" in await words(
                page, f"/reviews/{review}"
            )
            await _end(page, following)
            await _compact(page, following)
        async with signed_in(
            browser, address, story.COMMISSIONER, java_script_enabled=False
        ) as context:
            page = await context.new_page()
            await _planned(page, following)
        async with signed_in(browser, address, story.COMMISSIONER) as context:
            walk = Walk(await context.new_page(), axe, "following")
            for path in PAGES:
                await walk.go(path)
                await walk.looked_at(path.replace("/", "-"))


async def _end(page: Page, following: Following) -> None:
    shown = await words(page, f"/contracts/{CONTRACT}")
    assert "To be ended" in shown
    assert "National Service Framework" in shown
    at = f"/contracts/{CONTRACT}/end"
    shown = await words(page, at)
    assert "The service is redesigned" in shown
    assert "60 working days under clause 20" in shown
    await page.get_by_role("button", name="Confirm the end").click()
    shown = await page.locator("main").inner_text()
    assert "Nothing was written" in shown
    assert "impact-not-assessed" in shown
    await page.get_by_label("Who would be affected").fill("Forty children; all are taken over.")
    await page.get_by_role("button", name="Record the assessment").click()
    await following.settle()
    assert "Forty children" in await words(page, at)
    await page.get_by_role("button", name="Confirm the end").click()
    await following.settle()
    shown = await words(page, at)
    assert "31 March 2028 Confirmed" in shown
    assert "Confirm the last day" not in shown


async def _planned(page: Page, following: Following) -> None:
    cycle = await words(page, "/cycle")
    assert "planned procurement" in cycle.lower()
    assert "by 13 October 2027" in cycle
    assert "13 October 2027: 120 working days" in await words(page, "/planned-procurements")
    await page.locator("summary").first.click()
    await page.get_by_label("Working days it takes").fill("20")
    await page.get_by_label("Why").fill("One provider, known to all.")
    await page.get_by_role("button", name="Allow this time").click()
    await following.settle()
    assert "6 March 2028: 20 working days" in await words(page, "/planned-procurements")
    await page.locator("summary").first.click()
    await page.get_by_label("Its number").fill("t9")
    await page.get_by_role("button", name="Begin").click()
    assert "unknown-tender-or-award" in await page.locator("main").inner_text()


async def _compact(page: Page, following: Following) -> None:
    shown = await words(page, "/compact/p1")
    assert "No policy is set yet" in shown
    await page.get_by_label("at least so many months").fill("36")
    await page.get_by_label("reviewed every so many months").fill("12")
    await page.get_by_label("They pay the full cost").check(force=True)
    await page.get_by_label("Where the Compact").fill("Compact 4.2")
    await page.get_by_role("button", name="Set the policy").click()
    await following.settle()
    shown = await words(page, "/compact/p1")
    assert "No reason given" in shown.replace("NO REASON GIVEN", "No reason given")
    await page.get_by_label("Why it differs").fill("A pilot of two years.")
    await page.get_by_role("button", name="Record the reason").click()
    await following.settle()
    assert "24 months. A pilot of two years." in await words(page, "/compact/p1")


async def _calendar(page: Page, following: Following) -> None:
    at = "/monitoring-calendar/p1"
    shown = await words(page, "/monitoring-calendar")
    assert "What is monitored in 2026/27" in shown
    await page.get_by_label("What came of it").fill("Waiting times go to the board.")
    await page.get_by_role("button", name="Record", exact=True).click()
    await following.settle()
    assert "Waiting times go to the board." in await words(page, at)
    await page.get_by_label("Inspected on").fill("2026-07-01")
    await page.get_by_label("What was found").fill("Plans are late.")
    await page.get_by_label("What is to be done").first.fill("Write plans within ten days.")
    await page.get_by_label("By when").first.fill("2026-07-20")
    await page.get_by_role("button", name="Record the inspection").click()
    await following.settle()
    shown = await words(page, at)
    assert "Ofsted inspected" in shown
    assert "1 is late" in shown
    await page.get_by_role("button", name="Done").click()
    await following.settle()
    assert "Nothing is late" in await words(page, at)

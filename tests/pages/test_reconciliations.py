"""A month reconciled in a real Chromium by a finance officer, with and without scripts.

Law: no violation that axe can see, nothing clipped, nothing wider than the screen; what two people
must sign two people do sign.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from shared.testing.houses import RunningHouse
from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.reconciling import ACCOUNTANT, EXTRACT, FORM, open_reconciling
from tests.pages.test_in_a_browser import complaints, signed_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
WIDTHS = (1280, 390)
PICTURES = os.environ.get("RECONCILIATION_PICTURES", "")


@pytest_asyncio.fixture(loop_scope="session")
async def house(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[RunningHouse]:
    name = f"reconciling_{uuid4().hex}"
    database = await create_database(postgres_server, name, migrated_template)
    async with open_reconciling(database) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def address(house: RunningHouse) -> AsyncIterator[str]:
    async with served_here(house.app) as at:
        yield at


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "april.csv"
    file.write_text(EXTRACT, encoding="utf-8")
    return file


async def whole(page: Page, axe: str, name: str) -> None:
    """Nothing is wrong with the page at any width; a picture of it where one is wanted."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        if axe:
            assert await complaints(page, axe) == [], f"{name} at {width}"
    await page.set_viewport_size({"width": WIDTHS[0], "height": 900})


async def uploaded(page: Page, extract: Path) -> None:
    await page.goto("/reconciliations")
    await page.get_by_label("CSV or XLSX file").set_input_files(extract)
    await page.get_by_role("button", name="Upload").click()


async def filled_in(page: Page) -> None:
    for name, said in FORM.items():
        await page.locator(f"#{name}").fill(said)


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Run the rules").click()
    async with asyncio.timeout(300):
        while await page.get_by_text("The rules are running").count():
            await page.reload()


async def accept_all(page: Page) -> None:
    form = page.locator("section", has=page.locator("#proposed")).locator("form")
    for box in await form.get_by_role("checkbox").all():
        await box.check(force=True)
    await page.locator("#owner-proposed").fill(story.FINANCE)
    await page.get_by_role("button", name="Accept ticked").click()


async def mark(page: Page, button: str) -> None:
    """Sets every open line aside."""
    for side in ("ours", "theirs"):
        for box in await page.locator(f"input[id^='{side}-']").all():
            await box.check(force=True)
    await page.locator("#owner-unmatched").fill(story.FINANCE)
    await page.locator("#reason-unmatched").fill("To be posted in May")
    await page.get_by_role("button", name=button, exact=True).click()


async def test_a_month_is_reconciled_and_signed_by_two(
    browser: Browser, address: str, axe: str, extract: Path
) -> None:
    async with signed_in(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto("/reconciliations")
        await whole(page, axe, "list-empty")
        await uploaded(page, extract)
        assert await page.locator("#column-credit").input_value() == "Paid in"
        await whole(page, axe, "columns")
        await filled_in(page)
        await page.locator("#stated_total").fill("26,942.21")
        await page.get_by_role("button", name="Check the file").click()
        assert (
            "You stated a total of £26,942.21"
            in await page.locator(".govuk-error-summary").inner_text()
        )
        assert await page.locator("#stated_rows").input_value() == "9"
        await whole(page, axe, "columns-differ")
        await page.locator("#stated_total").fill("26,942.20")
        await page.get_by_role("button", name="Check the file").click()
        assert "All 9 rows can be read" in await page.locator("main").inner_text()
        await page.get_by_role("button", name="Confirm and take it").click()
        await whole(page, axe, "taken")
        await run(page)
        await whole(page, axe, "matched")
        assert "Digits changed round" in await page.locator(".gt-three").inner_text()
        await accept_all(page)
        await mark(page, "Timing")
        assert "£0.00" in await page.locator(".gt-balance--done").inner_text()
        await page.get_by_role("button", name="Sign as preparer").click()
        assert await page.get_by_role("button", name="Sign as reviewer").count() == 0
        await whole(page, axe, "prepared")
        at = page.url
        assert said == []
    async with signed_in(browser, address, ACCOUNTANT) as context:
        page = await context.new_page()
        await page.goto(at)
        await page.get_by_role("button", name="Sign as reviewer").click()
        assert "Reviewed by" in await page.locator("main").inner_text()
        await whole(page, axe, "signed-off")
        await page.goto("/reconciliations")
        await whole(page, axe, "list")


async def test_without_scripts_the_same_work_can_be_done(
    browser: Browser, address: str, extract: Path
) -> None:
    async with signed_in(browser, address, story.FINANCE, java_script_enabled=False) as context:
        page = await context.new_page()
        await uploaded(page, extract)
        await filled_in(page)
        await page.get_by_role("button", name="Confirm and take it").click()
        await run(page)
        await accept_all(page)
        await page.get_by_role("button", name="Sign as preparer").click()
        assert (
            "Not every penny is explained"
            in await page.locator(".govuk-error-summary").inner_text()
        )
        await mark(page, "Error")
        assert "£0.00" in await page.locator(".gt-balance--done").inner_text()


async def test_a_broken_and_a_known_file_are_told_in_words(
    browser: Browser, address: str, axe: str, extract: Path, tmp_path: Path
) -> None:
    async with signed_in(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        broken = tmp_path / "broken.xlsx"
        broken.write_bytes(b"PK\x03\x04 and nothing more")
        await uploaded(page, broken)
        assert "not a readable .csv or .xlsx" in await page.locator("main").inner_text()
        await uploaded(page, extract)
        first = page.url
        await uploaded(page, extract)
        assert "uploaded before" in await page.locator(".govuk-error-summary").inner_text()
        await whole(page, axe, "known")
        await page.get_by_role("link", name="Open that reconciliation").click()
        assert page.url == first


async def test_a_partner_looks_on_and_an_outsider_sees_nothing(
    browser: Browser, address: str, axe: str, extract: Path
) -> None:
    async with signed_in(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        await uploaded(page, extract)
        await filled_in(page)
        await page.get_by_role("button", name="Confirm and take it").click()
        await run(page)
        at = page.url
    async with signed_in(browser, address, "p-f14d") as context:
        page = await context.new_page()
        await page.goto(at)
        assert await page.locator(".gt-three button").count() == 0
        assert "FASTER PAYMENT" not in await page.content()
        await whole(page, axe, "partner")
    async with signed_in(browser, address, "p-87ce") as context:
        page = await context.new_page()
        response = await page.goto(at)
        assert response is not None
        assert response.status == 404

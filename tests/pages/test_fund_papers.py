"""Statements, the Board's report and the memorandum account as people use them in a browser.

Law: what is answered and signed by clicking is what the API says was; every paper prints whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from openpyxl import load_workbook
from playwright.async_api import Browser, Page

from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.stage import Stage
from tests.pages.test_in_a_browser import WIDTHS, address, complaints
from tests.pages.test_in_a_browser import signed_in as in_a_browser
from tests.pages.test_pages import signed_in

__all__ = ["address"]  # a fixture
pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND = "p-a650"
MOST_SHEETS = 3
COUNCILS = "/funds/f1/statements/2027-28-Q2/alderbrook-council"
HEALTHS = "/funds/f1/statements/2027-28-Q2/alderbrook-icb"
PAPERS = ("/funds/f1/report?since=2027-06-30", "/funds/f1/report?meeting=m1&year=2026-27",
          "/funds/f1/memorandum", "/funds/f1/memorandum?year=2026-27", "/funds/f1/statements",
          COUNCILS, HEALTHS)  # fmt: skip
FINANCE = signed_in(story.COUNCIL, story.FINANCE, "finance")
HEALTH = signed_in(story.ICB, "p-f14d", "finance")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def issued(stage: Stage) -> AsyncIterator[Stage]:
    """The statements of a quarter are out."""
    host = stage.gateway.caller(story.COUNCIL, story.FINANCE, "finance")
    await host.done("/v1/ledgers/f1/statements", {"period": "2027-28-Q2"})
    await stage.settle()
    yield stage


@pytest.mark.parametrize("path", PAPERS)
async def test_every_paper_opens_for_a_partner_and_for_nobody_else(
    issued: Stage, path: str
) -> None:
    client = issued.gateway.client
    answer = await client.get(path, headers=FINANCE)
    assert answer.status_code == 200, answer.text[:2000]
    assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text)
    outside = signed_in("northfield-care", story.OUTSIDER, "provider")
    assert (await client.get(path, headers=outside)).status_code == 403
    elsewhere = signed_in("elsewhere", "p-0009", "finance")
    assert (await client.get(path, headers=elsewhere)).status_code == 404


async def test_a_report_for_a_meeting_is_as_of_its_day(issued: Stage) -> None:
    answer = await issued.gateway.client.get(PAPERS[1], headers=signed_in(
        story.COUNCIL, story.COMMISSIONER, "board-member"
    ))  # fmt: skip
    assert "for the Board on 30 June 2026" in answer.text
    assert "<strong>As of</strong> 30 June 2026" in answer.text


async def test_every_file_comes_through_its_page(issued: Stage) -> None:
    client = issued.gateway.client
    for name in ("report", "memorandum", "expenditure"):
        table = await client.get(f"/funds/f1/files/{name}.csv?as_of=2027-09-30", headers=FINANCE)
        assert len(list(csv.DictReader(io.StringIO(table.text)))) > 1
        sheet = await client.get(f"/funds/f1/files/{name}.xlsx", headers=FINANCE)
        assert load_workbook(io.BytesIO(sheet.content)).sheetnames
    journal = await client.get("/funds/f1/files/journal.hledger?as_of=2027-07-20", headers=FINANCE)
    assert "Payment certified c1" in journal.text
    assert "Payment made c1" not in journal.text
    assert (await client.get("/funds/f1/files/secrets", headers=FINANCE)).status_code == 404
    table = await client.get(f"{COUNCILS}/statement.csv", headers=FINANCE)
    assert "spend,share-of-spend,c1,Block" in table.text


async def test_only_the_host_is_offered_to_issue_and_only_the_partner_to_answer(
    issued: Stage,
) -> None:
    client = issued.gateway.client
    offer, answers = "Issue to every partner", "Dispute this line"
    assert offer in (await client.get("/funds/f1/statements", headers=FINANCE)).text
    assert offer not in (await client.get("/funds/f1/statements", headers=HEALTH)).text
    assert answers in (await client.get(HEALTHS, headers=HEALTH)).text
    assert answers not in (await client.get(HEALTHS, headers=FINANCE)).text
    refused = await client.post(HEALTHS, headers=FINANCE, data={"action": "agree-rest"})
    assert refused.status_code == 403


async def test_a_refusal_is_told_on_the_page_and_keeps_what_was_typed(issued: Stage) -> None:
    client = issued.gateway.client
    typed = {"action": "dispute", "line": "99", "reason": "We never <b>agreed</b> this."}
    answer = await client.post(HEALTHS, headers=HEALTH, data=typed)
    assert answer.status_code == 422
    assert "unknown-line" in answer.text
    assert "We never &lt;b&gt;agreed&lt;/b&gt; this." in answer.text
    early = {"period": "2027-28-Q4", "key": "early"}
    answer = await client.post("/funds/f1/statements", headers=FINANCE, data=early)
    assert (answer.status_code, "quarter-not-over" in answer.text) == (409, True)


@in_chromium
async def test_papers_are_whole_at_every_width(
    issued: Stage, browser: Browser, address: str, axe: str
) -> None:
    wrong: dict[str, list[str]] = {}
    async with in_a_browser(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        for path in ("/funds/f1", *PAPERS):
            await page.goto(path)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                if found := await complaints(page, axe):
                    wrong[f"{path} at {width}"] = found
    assert wrong == {}
    assert issued.gateway.house.plan.name == "gateway"


@in_chromium
async def test_a_statement_is_disputed_agreed_and_signed_without_scripts(
    issued: Stage, browser: Browser, address: str
) -> None:
    async with in_a_browser(browser, address, story.FINANCE, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto("/funds/f1")
        await page.get_by_role("link", name="Statements to partners").click()
        await page.get_by_role("link", name=re.compile("Alderbrook Council.*Quarter 2")).click()
        await page.get_by_label("Line", exact=True).select_option("4")
        await page.get_by_label("Why you dispute it").fill("We paid half of this in June.")
        await page.get_by_role("button", name="Dispute this line").click()
        assert "We paid half of this in June." in await told(page)
        await page.get_by_role("button", name="Agree all").click()
        assert "1 disputed" in await told(page)
        await page.get_by_role("button", name="Sign the statement").click()
        assert "You have signed." in await told(page)
    async with in_a_browser(browser, address, SECOND, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto(COUNCILS)
        await page.get_by_role("button", name="Sign the statement").click()
        assert await page.get_by_role("button", name="Dispute this line").count() == 0
        assert f"{story.FINANCE}, 12 October 2027" in await told(page)
        assert f"{SECOND}, 12 October 2027" in await told(page)
    assert issued.gateway.house.plan.name == "gateway"


async def told(page: Page) -> str:
    return await page.locator("main").inner_text()


@in_chromium
async def test_every_paper_prints_as_a_pdf(issued: Stage, browser: Browser, address: str) -> None:
    async with in_a_browser(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        for path in PAPERS:
            await page.goto(path)
            await page.emulate_media(media="print")
            assert not await page.locator(".gt-screen-only").first.is_visible()
            printed = await page.pdf(prefer_css_page_size=True, format="A4")
            sheets = printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")
            assert 1 <= sheets <= MOST_SHEETS, path
    assert issued.gateway.house.plan.name == "gateway"

"""Every page in a real Chromium, as several people, wide and narrow.

Law: no violation that axe can see, no word cut off, nothing wider than the screen, a silent
console; and without scripts the same work can be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from goldenthread.screenshots import take
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.stage import Stage

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]

WIDTHS = (1280, 390)
SHARED = ("/", "/cycle", "/contracts", "/contracts/c1", "/contracts/c1/report-card",
          "/contracts/c2",
          "/contracts/c3/report-card", "/contracts/c1/report-card/words",
          "/report-cards/p1/bright-path", "/outcomes/o1", "/outcomes/o1?partnership=p1",
          "/scorecard", "/scorecard?quarter=2026-27-Q4&provider=bright-path",
          "/returns", "/returns/c1/2026-27-Q1", "/threads/contract/c1", "/flags", "/notices",
          "/about/notices", "/variation")  # fmt: skip
WALKS = {
    story.COMMISSIONER: (
        *SHARED, "/threads/need/n1?direction=forward", "/contracts/c1?as_of=2026-12-31",
        "/review", "/strategies", "/strategies/st1", "/strategies/plans/p1", "/assessments/a1",
    ),
    story.FINANCE: (
        "/", "/funds", "/funds/f1", "/funds/f1?year=2026-27&as_of=2027-01-31",
        "/funds/f1/what-if?ended=c1&last_day=2027-12-31",
    ),
    story.HEALTH: ("/", "/variation?partnership=p1", "/funds/f1", "/contracts/c1/report-card"),
    story.LEAD: (
        *SHARED, "/returns/c1/2027-28-Q2", "/returns/c1/2026-27-Q1?restate=yes", "/returns/rules",
        "/returns/files", "/contracts/none",
    ),
    story.TRUSTEE: ("/", "/returns", "/returns/c1/2026-27-Q1"),
    story.MANAGER: ("/returns/c1/2026-27-Q1", "/returns/c1/2027-28-Q2"),
    story.OPERATOR: (
        "/operations", "/notices", "/notices?words=mentoring", "/notices/ocds-h6vhtk-003/x",
        "/record", "/record/ocds-213czf-tender-t1", "/contracts/c1"
    ),
}  # fmt: skip
REFUSED = {(story.LEAD, "/contracts/none"): (404,), (story.OPERATOR, "/contracts/c1"): (403,)}
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  if (!box.width || one.closest('.govuk-visually-hidden, .gt-scroll, svg')) return false;
  if (style.clip !== 'auto' || style.position === 'absolute') return false;
  const hides = style.overflowX !== 'visible' && style.overflowX !== 'auto';
  return (hides && one.scrollWidth > one.clientWidth + 1) || box.right > innerWidth + 1;
}).map(one => one.outerHTML.slice(0, 120))"""
OUTSIDE = """() => [...document.querySelectorAll('svg.gt-chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  if (!frame.width) return [];
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  }).map(text => text.textContent);
})"""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(stage: Stage) -> AsyncIterator[str]:
    async with served_here(stage.gateway.app) as at:
        yield at


@asynccontextmanager
async def signed_in(
    browser: Browser, address: str, person: str, **options: Any
) -> AsyncGenerator[BrowserContext]:
    """A browser in which somebody has come in by the sign-in page."""
    context = await browser.new_context(base_url=address, **options)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator(f"#{person}").check(force=True)
    await page.get_by_role("button", name="Sign in").click()
    await page.close()
    yield context
    await context.close()


async def complaints(page: Page, axe: str) -> list[str]:
    """What is wrong with the page as it lies on the screen."""
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"{wide} px too wide"] if wide > 0 else []
    found += [f"clipped: {one}" for one in await page.evaluate(CLIPPED)]
    found += [f"outside its chart: {one}" for one in await page.evaluate(OUTSIDE)]
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(axe)
    told = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for one in told["violations"]:
        found += [f"{one['id']}: {node['html'][:160]}" for node in one["nodes"]]
    return found


@pytest.mark.parametrize("person", WALKS)
async def test_every_page_is_whole_at_every_width(
    browser: Browser, address: str, axe: str, person: str
) -> None:
    wrong: dict[str, list[str]] = {}
    async with signed_in(browser, address, person) as context:
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        for path in WALKS[person]:
            response = await page.goto(path)
            assert response is not None
            assert response.status in (200, *REFUSED.get((person, path), ())), path
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                heard = [one for one in said if "Failed to load resource" not in one]
                found = await complaints(page, axe) + heard
                said.clear()
                if found:
                    wrong[f"{path} at {width}"] = found
    assert wrong == {}, "\n".join(f"{k}: {v}" for k, v in wrong.items())


@pytest.mark.parametrize("person", [story.COMMISSIONER, story.LEAD])
async def test_a_case_is_whole_at_every_width(
    browser: Browser, address: str, axe: str, person: str
) -> None:
    async with signed_in(browser, address, person) as context:
        page = await context.new_page()
        await page.goto("/flags")
        links = page.locator("a[href^='/flags/c1:']")
        case = await links.first.get_attribute("href")
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(str(case))
            assert await complaints(page, axe) == []


async def test_the_sign_in_page_is_whole(browser: Browser, address: str, axe: str) -> None:
    for width in WIDTHS:
        page = await browser.new_page(viewport={"width": width, "height": 900})
        await page.goto(f"{address}/sign-in")
        assert await complaints(page, axe) == []
        await page.close()


async def test_all_folds_open_and_stay_whole(browser: Browser, address: str, axe: str) -> None:
    async with signed_in(browser, address, story.FINANCE) as context:
        page = await context.new_page()
        for path in ("/contracts/c1", "/funds/f1"):
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                await page.goto(path)
                await page.evaluate(
                    "document.querySelectorAll('details').forEach(d => d.open = true)"
                )
                assert await complaints(page, axe) == [], f"{path} at {width}"


async def test_one_copy_of_a_chart_shows_at_each_width(browser: Browser, address: str) -> None:
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        await page.goto("/contracts/c1")
        for width, shown, hidden in ((1280, "wide", "narrow"), (390, "narrow", "wide")):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await page.locator(f".gt-chart--{shown}").first.is_visible()
            assert not await page.locator(f".gt-chart--{hidden}").first.is_visible()


@pytest.mark.parametrize(
    "path",
    ["/contracts/c1/report-card", "/contracts/c3/report-card", "/report-cards/p1/bright-path"],
)
async def test_a_report_card_prints_on_one_sheet(browser: Browser, address: str, path: str) -> None:
    async with signed_in(browser, address, story.MANAGER) as context:
        page = await context.new_page()
        await page.goto(path)
        await page.emulate_media(media="print")
        assert not await page.get_by_role("button", name="Sign out").is_visible()
        printed = await page.pdf(format="A4", prefer_css_page_size=True)
        assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1


async def test_the_fullest_card_says_where_the_rest_is(browser: Browser, address: str) -> None:
    async with signed_in(browser, address, story.MANAGER) as context:
        page = await context.new_page()
        await page.goto("/contracts/c3/report-card")
        assert await page.locator(".gt-card__measure").count() == 5
        told = await page.locator("article").inner_text()
        assert "The rest is in the return for Quarter 1, April to June 2027, version 1" in told
        assert "Headline measures are those the contract marks." in told
        assert "1 more measure is on" in told


async def test_a_session_ends_at_the_way_out(browser: Browser, address: str) -> None:
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        await page.goto("/contracts/c1")
        await page.get_by_role("button", name="Sign out").click()
        await page.goto("/contracts/c1")
        assert page.url.startswith(f"{address}/sign-in?next=")
        await page.locator(f"#{story.LEAD}").check(force=True)
        await page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{address}/contracts/c1"


async def test_a_form_from_elsewhere_is_refused(browser: Browser, address: str) -> None:
    async with signed_in(browser, address, story.LEAD) as context:
        answer = await context.request.post(
            "/returns/c1/2027-28-Q2", form={"action": "send", "key": uuid4().hex},
            headers={"Accept": "text/html"},
        )  # fmt: skip
        assert answer.status == 403
        assert "csrf-token-wrong" in await answer.text()


async def test_without_scripts_a_return_can_be_filled_in_and_checked(
    browser: Browser, address: str
) -> None:
    async with signed_in(browser, address, story.LEAD, java_script_enabled=False) as context:
        page = await context.new_page()
        await page.goto("/returns")
        await page.get_by_role(
            "link", name="Counselling in schools: Quarter 2, July to September 2027"
        ).click()
        await page.locator("#m1-4-value").fill("minus")
        await page.get_by_role("button", name="Check it").click()
        summary = page.locator(".govuk-error-summary")
        await summary.get_by_role("link").first.click()
        assert "nothing was written" in await summary.inner_text()
        assert await page.locator("#m1-4-value").input_value() == "minus"


async def test_a_file_with_faults_is_told_row_by_row_in_the_browser(
    browser: Browser, address: str, axe: str, tmp_path: Path
) -> None:
    table = tmp_path / "return.csv"
    table.write_text("part,measure,period,value\nreadings,m-seen,2027-28-Q2,few\n")
    async with signed_in(browser, address, story.LEAD) as context:
        page = await context.new_page()
        await page.goto("/returns/c1/2027-28-Q2")
        await page.get_by_label("CSV or XLSX file").set_input_files(table)
        await page.get_by_role("button", name="Check the file").click()
        assert "Row 2, column value" in await page.locator(".govuk-error-summary").inner_text()
        assert await complaints(page, axe) == []


async def test_wicked_words_stay_words(browser: Browser, address: str) -> None:
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        for path in ("/contracts/c2", "/contracts/c2/report-card", "/threads/contract/c2"):
            await page.goto(path)
            assert "owned" not in (await page.title()).split("title=")[0]
            assert await page.locator("img").count() == 0
            assert story.WICKED in await page.locator("h1").inner_text()


async def test_pictures_are_taken_of_every_page_a_person_may_open(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    assert browser.is_connected()
    found = await asyncio.to_thread(take, address, tmp_path, [("operator", story.OPERATOR)])
    assert {path.name for path in found} == {
        f"operator-{page}-{width}.png"
        for page in ("operations", "notices", "about-notices")
        for width in WIDTHS
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in found)

"""The other pages of a board, and a meeting by keys alone.

Law: what a secretary keeps others read where they may; who may not is told that there is nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages.board_stage import (
    CHAIRS,
    COUNCIL,
    HEALTHS,
    HELD_AT,
    POLICES,
    PROBATIONS,
    RULES,
    SCHOOLS,
    SECRETARY,
    BoardStage,
    open_board,
)
from tests.pages.chromium import in_chromium
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Keys, Walk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[BoardStage]:
    names = [f"boards_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_board(*databases) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def address(stage: BoardStage) -> AsyncIterator[str]:
    async with served_here(stage.gateway.app) as at:
        yield at


async def test_the_records_of_a_board_are_kept_without_scripts(
    browser: Browser, address: str, axe: str, stage: BoardStage
) -> None:
    async with signed_in(browser, address, SECRETARY, java_script_enabled=False) as context:
        context.set_default_timeout(10_000)
        walk = Walk(await context.new_page(), "", "board-records")
        await asked_for(walk, stage)
        await brought(walk, stage)
        await teamed(walk, stage)
        await altered(walk, stage)
        await reported(walk, stage)
        await searched(walk, stage)
    at = f"/board/{stage.partnership}"
    async with signed_in(browser, address, SECRETARY) as context:
        looking = Walk(await context.new_page(), axe, "board-pages")
        for name in ("", "/business", "/teams", "/constitution", "/report?year=2026/27",
                     "/information?q=lease"):  # fmt: skip
            await looking.go(f"{at}{name}")
            await looking.looked_at(name.strip("/").partition("?")[0] or "calendar")
    async with signed_in(browser, address, "p-59b3") as context:
        page = await context.new_page()
        for name in ("/business", "/teams", "/constitution", "/report"):
            answer = await page.goto(f"{at}{name}")
            assert answer is not None
            assert answer.status == 404, name


async def asked_for(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}")
    for who in (CHAIRS, HEALTHS, POLICES, SCHOOLS):
        await walk.page.locator(f"#asks-{who}").check(force=True)
    await walk.page.locator("#received_on").fill("2026-04-01")
    await walk.page.locator("#reason").fill("The lease runs out.")
    await walk.press("Record the requests")
    assert "It is to be held by 17 April 2026" in await walk.text()
    await walk.page.get_by_role("button", name="Call the extra meeting").click()
    await walk.page.locator("#held_on").fill("2026-04-20")
    await walk.page.locator("#title-1").fill("The lease")
    await walk.press("Call the meeting")
    assert "extra-meeting-too-late" in await walk.page.locator(".govuk-error-summary").inner_text()
    await walk.page.locator("#held_on").fill("2026-04-17")
    await walk.press("Call the meeting")
    assert "Extra meeting" in await walk.text()


async def brought(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/business")
    await walk.page.locator("#act-title").fill("Extended the lease by a month")
    await walk.page.locator("#act-text").fill("It ran out on Friday.")
    await walk.press("Record the chair's action")
    assert "views-missing" in await walk.page.locator(".govuk-error-summary").inner_text()
    await walk.page.locator(f"#heard-{HEALTHS}").check(force=True)
    await walk.press("Record the chair's action")
    await walk.page.locator("#body").fill("Ofsted")
    await walk.page.locator("#review-title").fill("Inspection of children's services")
    await walk.page.locator("#review-text").fill("Requires improvement.")
    await walk.press("Bring the review before the board")
    assert "Waits for the board" in await walk.text()


async def teamed(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/teams")
    await walk.page.locator("#name").fill("Joint Commissioning Unit")
    await walk.page.locator("#purpose").fill("Commissions for the board")
    await walk.press("Form the team")
    await walk.page.locator("#person-1").fill("p-7f3a")
    await walk.page.locator("#agency-1").select_option(COUNCIL)
    await walk.page.locator("#chair-1").check(force=True)
    await walk.press("Name a member of team 1")
    assert "Commissioner, council" in await walk.text()
    await walk.press("Commissioner, council has left team 1")
    assert "Nobody is in it yet." in await walk.text()
    await walk.press("End team 1: its work is over")
    assert "Joint Commissioning Unit Ended 1 April 2026" in await walk.text()
    assert await walk.page.locator("#person-1").count() == 0


async def altered(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/constitution")
    await walk.page.locator("#held_on").fill("2026-05-06")
    await walk.page.locator("#meetings_a_year").fill("6")
    await walk.press("Call the meeting that decides on it")
    proposed = (await stage.meetings())[-1]
    at = f"{stage.at}/meetings/{proposed['meeting']}"
    item = proposed["agenda"][0]["item"]["item"]
    paper = {"item": item, "title": "New rules", "text": "Six meetings."}
    await stage.done(f"{at}/papers", paper)
    await stage.set_clock(HELD_AT)
    everyone = [CHAIRS, HEALTHS, POLICES, PROBATIONS, SCHOOLS]
    await stage.done(f"{at}/opening", {"present": everyone})
    await stage.done(f"{at}/items/{item}/hands", {"votes": dict.fromkeys(everyone, "for")})
    await stage.done(f"{at}/items/{item}/decision")
    await walk.go(f"/board/{stage.partnership}/meetings/{proposed['meeting']}")
    await walk.page.get_by_role("button", name="Extended the lease by a month").click()
    assert "Noted" in await walk.text()
    await walk.go(f"/board/{stage.partnership}/constitution")
    await walk.press("Put the carried rules in force")
    text = await walk.text()
    assert "Version 2, 6 May 2026: in force" in text
    assert "6 a year or more" in text
    assert RULES["clauses"]["quorum"] in text


async def reported(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/report")
    await walk.page.locator("#plan").fill("s1")
    await walk.page.locator("#commitment").fill("Two school nurses")
    await walk.page.locator("#kept").select_option("partly")
    await walk.page.locator("#text").fill("One began in May.")
    await walk.press("Record it")
    text = " ".join((await walk.text()).split())
    assert "Alderbrook Council 1 of 1" in text
    assert "Partly kept" in text


async def searched(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/information")
    await walk.page.locator("#q").fill("six meetings")
    await walk.press("Find")
    text = await walk.text()
    assert "May be released: 1" in text
    assert "New rules" in text


async def test_a_meeting_by_keys_alone(browser: Browser, address: str, stage: BoardStage) -> None:
    keys = Keys(await (await browser.new_context()).new_page())
    page = keys.page
    await keys.sign_in(address, SECRETARY)
    await keys.enter("Board")
    await keys.enter("Call a meeting")
    await keys.to("held_on")
    await page.keyboard.type("05062026")
    await keys.write("title-1", "Two more counsellors")
    await keys.enter("Call the meeting")
    await keys.enter("6 May 2026 at 2:00pm")
    await keys.to("File a report on item 1")
    await page.keyboard.press("Enter")
    await keys.write("text-of-1", "Two more counsellors for a year.")
    await keys.enter("File the report on item 1")
    await stage.set_clock(HELD_AT + timedelta(minutes=1))
    for who in (CHAIRS, HEALTHS, POLICES, PROBATIONS, SCHOOLS):
        await keys.to(f"present-{who}")
        await page.keyboard.press("Space")
    await keys.enter("Open the meeting")
    await keys.to("interest-1")
    await page.keyboard.type("Board member, pol")
    await keys.enter("Record the interest in item 1")
    for who in (CHAIRS, HEALTHS, PROBATIONS):
        await keys.to(f"vote-1-{who}")
        await page.keyboard.type("For")
    await keys.enter("Record the votes on item 1")
    await keys.enter("Take the decision on item 1")
    said = " ".join((await page.locator("main").inner_text()).split())
    assert "Carried 3 for, 0 against, 1 abstained, 1 took no part" in said
    await keys.write("action-text", "Advertise the posts")
    await keys.to("due_on")
    await page.keyboard.type("06012026")
    await keys.enter("Put it in the action log")
    await keys.enter("The board rises")
    await keys.enter("Send the draft round")
    assert "Sent round to the partners" in await page.locator("main").inner_text()
    await page.context.close()

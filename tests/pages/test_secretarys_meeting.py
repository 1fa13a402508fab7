"""A board secretary runs a whole meeting on the pages: without scripts, and by keys alone.

Law: what one must do can be found on the screen and done there; every step leaves a picture in
`GOLDENTHREAD_PICTURES`, where that names a folder.
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
    AUDITOR,
    CHAIRS,
    HEALTHS,
    HELD_AT,
    NEXT_AT,
    POLICES,
    PROBATIONS,
    SCHOOLS,
    SECRETARY,
    BoardStage,
    open_board,
)
from tests.pages.chromium import in_chromium
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
REPORT = "Two more counsellors for a year, for £60,000 from the pooled fund."


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[BoardStage]:
    names = [f"board_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_board(*databases) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def address(stage: BoardStage) -> AsyncIterator[str]:
    async with served_here(stage.gateway.app) as at:
        yield at


async def told(walk: Walk) -> str:
    return await walk.page.locator(".govuk-error-summary").inner_text()


async def choose(walk: Walk, label: str, value: str) -> None:
    await walk.page.get_by_label(label, exact=True).select_option(value)


@pytest.mark.parametrize("scripts", [False, True])
async def test_a_secretary_runs_a_meeting_and_the_next_one_approves_its_minutes(
    browser: Browser, address: str, axe: str, stage: BoardStage, scripts: bool
) -> None:
    async with signed_in(browser, address, SECRETARY, java_script_enabled=scripts) as context:
        context.set_default_timeout(10_000)
        walk = Walk(await context.new_page(), axe if scripts else "", f"board-{scripts}")
        await called(walk, stage)
        await papered(walk)
        await stage.set_clock(HELD_AT + timedelta(minutes=1))
        await sat(walk)
        await decided(walk)
        await risen(walk)
        await ratified(walk, stage)
        await next_time(walk, stage)
    await read_by_others(browser, address, stage)


async def called(walk: Walk, stage: BoardStage) -> None:
    page = walk.page
    await walk.go(f"/board/{stage.partnership}")
    assert "4 still to call" in await walk.text()
    await walk.looked_at("01-calendar")
    await page.get_by_role("button", name="Call a meeting").click()
    await walk.looked_at("02-to-call")
    await walk.press("Call the meeting")
    assert "No meeting was called" in await told(walk)
    await page.get_by_label("Day", exact=True).fill("2026-05-06")
    items = page.get_by_label("What it is about")
    await items.nth(0).fill("Two more counsellors")
    await page.locator("#ratified-1-alderbrook-council").check(force=True)
    await items.nth(1).fill("Price of the lease")
    await page.locator("#marking-2").select_option("confidential")
    await page.locator("#ground-2").select_option("business")
    await items.nth(2).fill("Choose the chair and vice chair")
    await page.locator("#election-3").check(force=True)
    await walk.press("Call the meeting")
    assert "6 May 2026 at 2:00pm" in await walk.text()
    await walk.looked_at("03-called")


async def papered(walk: Walk) -> None:
    page = walk.page
    await page.get_by_role("link", name="6 May 2026 at 2:00pm").click()
    assert "No report yet" in await walk.text()
    for n, words in ((1, REPORT), (2, "The landlord asks too much.")):
        await page.get_by_text(f"File a report on item {n}", exact=True).click()
        await page.locator(f"#text-of-{n}").fill(words)
        await walk.press(f"File the report on item {n}")
    await page.get_by_text("A substitute sits for a member", exact=True).click()
    await page.locator("#stood-for").select_option(SCHOOLS)
    await page.locator("#substitute").fill("p-914a")
    await page.locator("#agreed_by").select_option(CHAIRS)
    await walk.press("Record the substitute")
    assert "Commissioner, school sits for Board member, school" in await walk.text()
    await walk.looked_at("04-papers-and-a-substitute")
    await walk.press("Open the meeting")
    assert "nothing was written" in (await told(walk)).lower()


async def sat(walk: Walk) -> None:
    for who in (CHAIRS, HEALTHS, POLICES, "p-914a"):
        await walk.page.locator(f"#present-{who}").check(force=True)
    await walk.looked_at("05-who-is-present")
    await walk.press("Open the meeting")
    text = await walk.text()
    assert "Quorate" in text
    assert "Board member, probation" in text
    await walk.page.get_by_role("button", name="Board member, probation").click()
    await walk.looked_at("06-open")


async def decided(walk: Walk) -> None:
    page = walk.page
    await choose(walk, "Declares an interest in item 1", POLICES)
    await walk.press("Record the interest in item 1")
    assert "Board member, police has an interest and takes no part" in await walk.text()
    await choose(walk, "Declares an interest in item 1", PROBATIONS)
    await walk.press("Record the interest in item 1")
    assert "1 of 2 others. Not quorate" in (await walk.text()).replace("\n", " ")
    await page.locator(f"#vote-1-{CHAIRS}").select_option("for")
    await walk.press("Record the votes on item 1")
    await walk.press("Take the decision on item 1")
    assert "not-quorate" in await told(walk)
    await walk.looked_at("07-not-quorate")

    for who, way in ((CHAIRS, "for"), (HEALTHS, "against"), (POLICES, "abstain")):
        await page.locator(f"#vote-2-{who}").select_option(way)
    await walk.press("Record the votes on item 2")
    await walk.press("Take the decision on item 2")
    assert "votes-equal" in await told(walk)
    await page.locator("#casting-2").select_option("for")
    await walk.press("Record the votes on item 2")
    await walk.press("Take the decision on item 2")
    assert "by the casting vote" in await walk.text()

    for who in (CHAIRS, HEALTHS, POLICES, PROBATIONS):
        await page.locator(f"#vote-3-{who}").select_option("for")
    await walk.press("Record the votes on item 3")
    await walk.press("Take the decision on item 3")
    await page.locator("#chair-3").select_option(HEALTHS)
    await page.locator("#vice_chair-3").select_option(CHAIRS)
    await walk.press("Record who was chosen")
    await walk.looked_at("08-decided")


async def risen(walk: Walk) -> None:
    page = walk.page
    await page.locator("#action-text").fill("Ask for a second valuation")
    await page.locator("#owner").select_option("alderbrook-council")
    await page.locator("#due_on").fill("2026-06-01")
    await walk.press("Put it in the action log")
    await walk.press("The board rises")
    draft = await page.locator("#minutes").input_value()
    for words in (
        "Presiding: Board member, council", "Apologies: none", "declared an interest",
        "An exempt item. Minuted apart", "Carried: 4 for, 0 against, 1 abstained",
        "Ask for a second valuation",
    ):  # fmt: skip
        assert words in draft, words
    assert "lease" not in draft
    await walk.looked_at("09-draft-minutes")
    await walk.press("Send the draft round")
    assert "Sent round to the partners" in await walk.text()


async def ratified(walk: Walk, stage: BoardStage) -> None:
    await walk.go(f"/board/{stage.partnership}/decisions")
    await walk.page.get_by_text("has confirmed decision 1", exact=False).click()
    await walk.page.locator("#authority-1").select_option("cabinet")
    await walk.page.locator("#call_in-1").fill("2026-05-13")
    await walk.press("Record the authority for decision 1")
    assert "Decided, may be called in" in await walk.text()
    await walk.looked_at("10-authority")
    await walk.page.get_by_text("Decision 1 has been called in").click()
    await walk.page.locator("#reason-1").fill("Scrutiny asks what it costs.")
    await walk.press("Record the call-in of decision 1")
    await walk.press("Record the outcome for decision 1")
    assert "Authority given" in await walk.text()


async def next_time(walk: Walk, stage: BoardStage) -> None:
    page = walk.page
    await walk.go(f"/board/{stage.partnership}/actions")
    await walk.looked_at("11-action-log")
    await walk.press("Record action 1 as done")
    assert "done 6 May 2026" in await walk.text()
    await stage.done(
        f"{stage.at}/meetings",
        {"held_at": NEXT_AT.isoformat(),
         "agenda": [{"title": "Hear", "about_kind": "other", "about": "x"}]},
    )  # fmt: skip
    await stage.set_clock(NEXT_AT)
    await walk.go(f"/board/{stage.partnership}")
    await page.get_by_role("link", name="8 July 2026 at 2:00pm").click()
    for who in (CHAIRS, HEALTHS):
        await page.locator(f"#present-{who}").check(force=True)
    await walk.press("Open the meeting")
    said = " ".join((await walk.text()).split())
    assert "Presiding Board member, health" in said, "the new chair presides"
    await page.locator("#exempt-1").fill("The lease was refused at that price.")
    await walk.looked_at("12-minutes-to-approve")
    await walk.press("Approve the minutes of 6 May 2026")
    await walk.go(f"/board/{stage.partnership}")
    await page.get_by_role("link", name="6 May 2026 at 2:00pm").click()
    await page.get_by_role("link", name="read the minutes").click()
    assert "Two more counsellors" in await walk.text()
    await walk.looked_at("13-approved")


async def read_by_others(browser: Browser, address: str, stage: BoardStage) -> None:
    """The public, a partner's officer off the board, a member of it, an auditor."""
    held = (await stage.meetings())[0]["meeting"]
    at = f"/board/{stage.partnership}/meetings/{held}"
    context = await browser.new_context(base_url=address)
    page = await context.new_page()
    await page.goto(f"/board/{stage.partnership}")
    assert "2 items" in await page.locator("main").inner_text(), "a hidden item is not counted"
    await page.goto(at)
    public = await page.locator("main").inner_text()
    await context.close()
    assert "Two more counsellors" in public
    assert "lease" not in public
    assert "Board member" not in public
    for person, sees in ((HEALTHS, True), (AUDITOR, True), ("p-b29e", False)):
        async with signed_in(browser, address, person) as other:
            page = await other.new_page()
            await page.goto(at)
            assert ("Price of the lease" in await page.locator("main").inner_text()) is sees, person

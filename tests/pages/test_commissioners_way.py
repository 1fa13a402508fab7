"""A commissioner's way from an empty assessment to a published strategy, by keys alone.

Law: every step is found on the screen and done there, by whoever may do it; the board's part is
called by its secretary. Every page on the way is whole at both widths.
"""

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
from tests.pages.planning import BOARD, SECRETARY, Planning, open_planning
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Keys, Walk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
MEETS = datetime(2026, 5, 13, 13, tzinfo=UTC)
OUTCOME = "Children sleep well"
NEED = "Better sleep for children who care for others"
SLEEP_CLINICS = "Run sleep clinics in schools"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planning(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Planning]:
    names = [f"way_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_planning(*databases) as opened:
        await opened.seat()
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(planning: Planning) -> AsyncIterator[str]:
    async with served_here(planning.gateway.app) as at:
        yield at


class Way:
    """The commissioner's keyboard, and a look at each page where it has come to."""

    def __init__(self, keys: Keys, look: Walk) -> None:
        self.keys = keys
        self.look = look

    async def fill(self, **fields: str) -> None:
        for field, words in fields.items():
            await self.keys.write(field.replace("__", "-"), words)

    async def tick(self, box: str) -> None:
        await self.keys.to(box)
        await self.keys.page.keyboard.press("Space")

    async def pick(self, field: str, words: str) -> None:
        """Choose in a list by typing how its words begin."""
        await self.keys.to(field)
        await self.keys.page.keyboard.type(words)

    async def jump(self, link: str) -> None:
        """To a place on the same page by a link, so that the next Tab goes on from there."""
        await self.keys.to(link)
        await self.keys.page.keyboard.press("Enter")

    async def text(self) -> str:
        return " ".join((await self.keys.page.locator("main").inner_text()).split())

    async def seen(self, step: str) -> None:
        """The page as it is, whole at both widths."""
        await self.look.go(self.keys.page.url)
        await self.look.looked_at(step)


async def test_from_an_empty_assessment_to_a_published_strategy_by_keys(
    browser: Browser, address: str, axe: str, planning: Planning
) -> None:
    keys = Keys(await (await browser.new_context()).new_page())
    keys.page.set_default_timeout(20_000)
    await keys.sign_in(address, story.COMMISSIONER)
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        way = Way(keys, Walk(await context.new_page(), axe, "commissioner"))
        await assessed(way)
        await found(way)
        await drafted(way)
        await decided(browser, address, planning)
        await approved(way, planning)
    await keys.page.context.close()
    anybody = await (await browser.new_context(base_url=address)).new_page()
    await anybody.goto("/strategies")
    await anybody.get_by_role("link", name="Rested").click()
    said = await anybody.locator("main").inner_text()
    assert SLEEP_CLINICS in said
    assert "Approve" not in said
    await anybody.context.close()


async def assessed(way: Way) -> None:
    """Opened with an outcome of its own, an indicator and two of its figures."""
    keys = way.keys
    await keys.enter("Assess")
    await way.seen("01-assess")
    await keys.enter("Assessments")
    await keys.enter("Open an assessment")
    await way.fill(title="What children need, 2026")
    await keys.enter("Open the assessment")
    assert "outcomes-unclear" in await way.text()
    assert await keys.page.locator("#title").input_value() == "What children need, 2026"
    await way.fill(outcomes=OUTCOME)
    await keys.enter("Open the assessment")
    assert OUTCOME in await way.text()
    await way.seen("02-opened")
    await way.jump("Record an indicator")
    await way.fill(i__title="Children who sleep eight hours", i__source="School survey")
    await keys.enter("Record the indicator")
    assert "Nothing was written" in await way.text()
    await way.fill(i__area="Alderbrook")
    await keys.enter("Record the indicator")
    assert "No figures yet" in await way.text()
    for period, value in (("2025", "71"), ("2026", "640")):
        await way.jump("Record a figure")
        await way.fill(period=period, value=value)
        await keys.enter("Record the figure")
    assert "percent-out-of-range" in await way.text()
    await way.fill(value="64")
    await keys.enter("Record the figure")
    assert "64% in 2026" in await way.text()


async def found(way: Way) -> None:
    """The need that the figures show, and the assessment published."""
    keys = way.keys
    await keys.enter("What children need, 2026")
    await keys.enter("Identify needs, and publish")
    await way.fill(title=NEED)
    await way.tick("evidence-1")
    await keys.enter("Identify")
    await way.fill(summary="Many children sleep too little.")
    await keys.enter("Publish")
    assert NEED in await way.text()
    await keys.enter("Draft a strategy on it")


async def drafted(way: Way) -> None:
    """Ranked, recommended, mapped, and said in easy words."""
    keys = way.keys
    await way.fill(title="Rested")
    await keys.enter("Draft the strategy")
    assert "Rank the needs 0 of 1" in await way.text()
    await way.seen("04-drafted")
    await way.jump("Rank the needs")
    await way.fill(rank="1", reasons="Carers told us.")
    await keys.enter("Rank the need")
    await way.jump("Recommend what to do")
    await way.fill(title=SLEEP_CLINICS)
    await keys.enter("Recommend it")
    assert "evidence-missing" in await way.text()
    assert await keys.page.locator("#title").input_value() == SLEEP_CLINICS
    await way.tick("evidence-1")
    await keys.enter("Recommend it")
    await way.jump("Map services as they are now")
    await way.fill(service="Night line", provider="Bright Path", pounds="12,000")
    await keys.enter("Map the service")
    await way.jump("Raise what is shared with others")
    await way.fill(with_whom="South locality", what="Carers move.", taken_forward="One list.")
    await keys.enter("Raise it")
    await way.jump("Write it in easy words")
    await way.fill(summary="We want you to sleep well.")
    await keys.enter("Keep the summary")
    said = await way.text()
    for told in ("Rank the needs Done", "Recommend what to do Done", "Night line", "One list.",
                 "It is on no agenda yet. Ask the board's secretary"):  # fmt: skip
        assert told in said, told
    await way.seen("05-ready-for-the-board")


async def decided(browser: Browser, address: str, planning: Planning) -> None:
    """The secretary calls the meeting from the strategy's page; the board carries it."""
    await planning.settle()
    async with signed_in(browser, address, SECRETARY, java_script_enabled=False) as context:
        walk = Walk(await context.new_page(), "", "secretary")
        await walk.go("/strategies")
        await walk.page.get_by_role("link", name="Rested").click()
        await walk.page.get_by_role("link", name="Call a meeting that decides on it").click()
        assert await walk.page.get_by_label("What it is about").first.input_value() == "Rested"
        await walk.page.locator("#held_on").fill("2026-05-13")
        await walk.press("Call the meeting")
    at = f"/v1/partnerships/{planning.partnership}/meetings"
    (meeting,) = (await planning.secretary.get(at)).json()["items"]
    here, item = f"{at}/{meeting['meeting']}", meeting["agenda"][0]["item"]["item"]
    report = {"item": item, "title": "Report", "text": "What the board must know."}
    await planning.done(planning.secretary, f"{here}/papers", report)
    await planning.set_clock(MEETS)
    present = [person for person, _ in BOARD]
    await planning.done(planning.secretary, f"{here}/opening", {"present": present})
    hands = {"votes": dict.fromkeys(present, "for")}
    await planning.done(planning.secretary, f"{here}/items/{item}/hands", hands)
    await planning.done(planning.secretary, f"{here}/items/{item}/decision")


async def approved(way: Way, planning: Planning) -> None:
    keys = way.keys
    await keys.page.reload()
    assert "The board carried it on 13 May 2026" in await way.text()
    await way.seen("06-decided")
    await way.jump("Approve it by the board's decision")
    await keys.enter("Approve by this decision")
    await way.jump("Publish it")
    await keys.enter("Publish the strategy")
    await planning.settle()
    await keys.page.reload()
    assert "What is left to do" not in await way.text()
    await way.seen("07-published")

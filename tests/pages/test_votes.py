"""A young people's vote in a real Chromium: opened, handed out, cast, counted, answered.

Law: who votes needs no script, no mouse and no account; and nobody who looks at the pages, the
log or the browser's memory afterwards can tell who chose what.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from services.needs.votes import tokens
from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.planning import SCHOOL, Planning, open_planning
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Keys, Walk

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
VOTING = datetime(2026, 5, 12, 10, tzinfo=UTC)
COUNTING = datetime(2026, 5, 23, 9, tzinfo=UTC)
CHOICES = (
    ("New bikes for the club", "Ten bikes that anybody may borrow.", "4,000"),
    ("A music room", "A room with drums and guitars.", "6,000"),
    ("Benches in the park", "Six benches, one with a table.", "2,000"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planning(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Planning]:
    names = [f"votes_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_planning(*databases) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(planning: Planning) -> AsyncIterator[str]:
    async with served_here(planning.gateway.app) as at:
        yield at


@pytest.mark.parametrize(("month", "scripts"), [(5, False), (6, True)])
async def test_a_vote_from_the_question_to_what_became_of_it(
    browser: Browser, address: str, axe: str, planning: Planning, month: int, scripts: bool
) -> None:
    name = f"Your money, {'with' if scripts else 'without'} scripts"
    if planning.needs.house.clock().month < month:
        await planning.set_clock(datetime(2026, month, 1, 9, tzinfo=UTC))
    async with AsyncExitStack() as stack:

        async def walk(who: str, person: str) -> Walk:
            options: dict[str, Any] = {"java_script_enabled": scripts}
            if not person:
                context = await browser.new_context(base_url=address, **options)
                stack.push_async_callback(context.close)
            else:
                context = await stack.enter_async_context(
                    signed_in(browser, address, person, **options)
                )
            return Walk(await context.new_page(), axe if scripts else "", f"vote-{who}")

        keeper = await walk("keeper", story.COMMISSIONER)
        await opened(keeper, name, month)
        await planning.settle()
        school = await walk("school", SCHOOL)
        codes = await handed_out(school, name)
        await planning.settle()
        await planning.set_clock(VOTING.replace(month=month))

        first = await walk("young-person", "")
        receipts = [await voted(first, name, codes[0], CHOICES[0][0], CHOICES[1][0])]
        # The next one, on the same machine.
        receipts.append(await next_voted(first, codes[1], CHOICES[1][0]))
        await turned_away(first, codes[1])
        await planning.settle()
        await first.go("/votes")
        await first.page.get_by_role("link", name=name).click()
        await first.page.get_by_role("link", name="How many have voted").click()
        assert "Until then nobody sees them" in await first.text()
        assert receipts[0] not in await first.text()
        await first.looked_at("07-not-counted-yet")

        await planning.set_clock(COUNTING.replace(month=month))
        await keeper.go("/votes")
        await keeper.page.get_by_role("link", name=name).click()
        await keeper.press("Close and count")
        await planning.settle()
        await counted(first, name, receipts)
        await keeper.go("/votes")
        await keeper.page.get_by_role("link", name=name).click()
        await keeper.page.get_by_label("What was done because of the vote").fill(
            "The music room opens in September."
        )
        await keeper.press("Tell those who voted")
        await planning.settle()
        await first.go("/votes")
        await first.page.get_by_role("link", name=name).click()
        assert "The music room opens in September." in await first.text()
        await first.looked_at("10-what-became-of-it")


async def opened(keeper: Walk, name: str, month: int) -> None:
    await keeper.go("/votes")
    await keeper.page.get_by_role("button", name="Open a vote").click()
    page = keeper.page
    await page.get_by_label("Name of the vote").fill(name)
    await page.get_by_label("The question").fill("What should the money be spent on?")
    await page.get_by_label("Money to share out, in pounds").fill("10,000")
    await page.get_by_label("How many one person may choose").fill("2")
    await page.get_by_label("First day of voting").fill(f"2026-0{month}-11")
    for n, (title, about, cost) in enumerate(CHOICES, 1):
        await page.get_by_label(f"What it is (choice {n})").fill(title)
        await page.get_by_label(f"What that means (choice {n})").fill(about)
        await page.get_by_label(f"What it costs, in pounds (choice {n})").fill(cost)
    await page.get_by_label("Who hands codes out (school or club 1)").fill("harbour-academy")
    await page.get_by_label("At most how many (school or club 1)").fill("30")
    await keeper.press("Open the vote")
    assert "Nothing was written" in await keeper.text()  # no last day yet
    assert await page.get_by_label(f"What it is (choice {1})").input_value() == CHOICES[0][0]
    await keeper.looked_at("01-no-last-day")
    await page.get_by_label("Last day of voting").fill(f"2026-0{month}-22")
    await keeper.press("Open the vote")


async def handed_out(school: Walk, name: str) -> list[str]:
    await school.go("/votes")
    await school.page.get_by_role("link", name=name).click()
    await school.page.get_by_role("link", name="Hand out voting codes").click()
    await school.page.get_by_label("How many codes do you need?").fill("31")
    await school.press("Make the codes")
    assert "more tokens than were agreed" in await school.text()
    await school.page.get_by_label("How many codes do you need?").fill("3")
    await school.press("Make the codes")
    await school.looked_at("02-codes-to-print")
    codes = await school.page.locator(".gt-slip-code").all_inner_texts()
    assert len(set(codes)) == 3
    await school.page.goto(school.page.url)
    assert await school.page.locator(".gt-slip-code").count() == 0
    return codes


async def voted(walk: Walk, name: str, code: str, *choices: str) -> str:
    await walk.go("/votes")
    await walk.looked_at("02-votes")
    await walk.page.get_by_role("link", name=name).click()
    await walk.looked_at("03-what-it-is-about")
    await walk.page.get_by_role("button", name="Vote now").click()
    await walk.press("Next: check my vote")
    told = await walk.page.locator(".govuk-error-summary").inner_text()
    assert "Type the voting code" in told
    assert "Tick at least one box" in told
    await walk.looked_at("04-something-is-missing")
    for title, *_ in CHOICES:
        await walk.page.get_by_role("checkbox", name=title).check(force=True)
    await walk.page.get_by_label("Your voting code").fill("0000-0000-0000-0000")
    await walk.press("Next: check my vote")
    assert "You ticked 3 boxes" in await walk.text()
    return await chosen(walk, code, *choices)


async def chosen(walk: Walk, code: str, *choices: str) -> str:
    for title, *_ in CHOICES:
        box = walk.page.get_by_role("checkbox", name=title)
        await box.set_checked(title in choices, force=True)
    await walk.page.get_by_label("Your voting code").fill(code.lower())
    await walk.press("Next: check my vote")
    for title in choices:
        assert title in await walk.text()
    await walk.looked_at("05-check")
    await walk.press("Send my vote")
    assert "Your vote is in" in await walk.text()
    assert code not in walk.page.url
    await walk.looked_at("06-done")
    return await walk.page.locator(".govuk-panel__body strong").inner_text()


async def next_voted(walk: Walk, code: str, choice: str) -> str:
    await walk.page.get_by_role("button", name="Next person").click()
    assert await walk.page.get_by_label("Your voting code").input_value() == ""
    assert await walk.page.locator("input[type=checkbox]:checked").count() == 0
    return await chosen(walk, code, choice)


async def turned_away(walk: Walk, code: str) -> None:
    await walk.page.get_by_role("button", name="Next person").click()
    for wrong, says in ((code, "This voting code has been used"),
                        ("ABCD-ABCD-ABCD-ABCD", "We do not know this voting code")):  # fmt: skip
        await walk.page.get_by_label("Your voting code").fill(wrong)
        await walk.page.get_by_role("checkbox", name=CHOICES[2][0]).check(force=True)
        await walk.press("Next: check my vote")
        await walk.press("Send my vote")
        assert says in await walk.page.locator(".govuk-error-summary").inner_text()
    await walk.looked_at("06-turned-away")


async def counted(walk: Walk, name: str, receipts: list[str]) -> None:
    await walk.go("/votes")
    await walk.page.get_by_role("link", name=name).click()
    await walk.page.get_by_role("button", name="See the count").click()
    listed = await walk.page.get_by_role("table", name="Every vote").inner_text()
    assert all(receipt in listed for receipt in receipts)
    table = walk.page.get_by_role("table", name="What people chose")
    rows = [" ".join(one.split()) for one in await table.locator("tbody tr").all_inner_texts()]
    assert rows[0].startswith("A music room 2 £6,000.00 Yes £4,000.00")
    assert rows[1].startswith("New bikes for the club 1 £4,000.00 Yes £0.00")
    assert rows[2].startswith("Benches in the park 0 £2,000.00 No votes")
    await walk.looked_at("08-the-count")
    saved = csv.DictReader(io.StringIO((await walk.saved("as a table to save")).decode()))
    again = {line["receipt"]: (line["c1"], line["c2"], line["c3"]) for line in saved}
    assert again == {receipts[0]: ("1", "1", "0"), receipts[1]: ("0", "1", "0")}
    await walk.page.get_by_label("Your receipt").fill(receipts[1].lower())
    await walk.press("Find it")
    found = await walk.page.get_by_role("status").inner_text()
    assert receipts[1] in found
    assert "A music room" in found
    assert receipts[1] not in walk.page.url
    await walk.looked_at("09-found")


async def test_a_vote_is_cast_by_keys_alone(
    browser: Browser, address: str, planning: Planning
) -> None:
    vote, [code] = await running_vote(planning, 1)
    context = await browser.new_context(base_url=address)
    keys = Keys(await context.new_page())
    await keys.page.goto(f"/votes/{vote}")
    await keys.enter("Vote now")
    await keys.write("token", code)
    await keys.to("c2")
    await keys.page.keyboard.press("Space")
    await keys.enter("Next: check my vote")
    await keys.enter("Send my vote")
    assert "Your vote is in" in await keys.page.locator("main").inner_text()
    await context.close()


async def test_the_voters_session_is_not_looked_at_and_nothing_is_kept(
    browser: Browser, address: str, planning: Planning
) -> None:
    """Somebody signed in votes: the ballot in the log knows nothing of them."""
    vote, [code] = await running_vote(planning, 1)
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        answer = await page.goto(f"/votes/{vote}/vote")
        assert answer is not None
        assert answer.headers["cache-control"] == "no-store"
        assert "Signed in as" not in await page.locator("body").inner_text()
        await cast_on(page, code)
    log = await planning.needs.house.pool.fetch(
        "select convert_from(meta,'utf8') as meta, stream, convert_from(body,'utf8') as body"
        " from log.events where stream like $1", f"ballot/{vote}:%",
    )  # fmt: skip
    assert len(log) == 1
    whole = str(dict(log[0]))
    assert story.COMMISSIONER not in whole
    assert story.COUNCIL not in whole
    assert "traceparent" not in whole
    assert tokens.read(code) not in whole
    assert tokens.fingerprint(vote, code) not in whole


async def cast_on(page: Page, code: str) -> None:
    await page.get_by_label("Your voting code").fill(code)
    await page.get_by_role("checkbox", name="Bikes a").check(force=True)
    await page.get_by_role("button", name="Next: check my vote").click()
    await page.get_by_role("button", name="Send my vote").click()
    assert "Your vote is in" in await page.locator("main").inner_text()


async def running_vote(planning: Planning, count: int) -> tuple[str, list[str]]:
    """A vote under way now, and codes for it."""
    if planning.needs.house.clock() < VOTING:
        await planning.set_clock(VOTING)
    body = {
        "partnership": planning.partnership, "title": f"A quick vote {uuid4().hex[:6]}",
        "question": "Which?", "pot_pence": 100_00, "most_choices": 1,
        "choices": [{"title": f"Bikes {one}", "about": "It.", "cost_pence": 1_00} for one in "ab"],
        "organisers": [{"agency": "harbour-academy", "most_tokens": 9}],
        "opens_at": "2026-05-01T00:00:00Z", "closes_at": "2027-05-01T00:00:00Z",
    }  # fmt: skip
    vote = (await planning.done(planning.commissioner, "/v1/votes", body))["id"]
    school = planning.needs.caller("harbour-academy", SCHOOL, "provider")
    made = await planning.done(school, f"/v1/votes/{vote}/tokens", {"count": count})
    return vote, made["tokens"]

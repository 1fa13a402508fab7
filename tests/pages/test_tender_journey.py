"""A procurement officer's tender in a real Chromium, from the law to the confirmed award.

Law: what one must do can be found on the screen and done there, without scripts too; every step
leaves a picture in `GOLDENTHREAD_PICTURES`, where that names a folder.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from tests.pages.chromium import in_chromium
from tests.pages.tendering import (
    BIDDERS,
    EVALUATOR,
    MODERATOR,
    OFFICER,
    Tendering,
)
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), in_chromium]


async def fill(walk: Walk, **fields: str) -> None:
    for name, words in fields.items():
        await walk.page.locator(f"#{name.replace('__', '-')}").fill(words)


async def opened(walk: Walk, title: str, closes_on: str) -> None:
    """The law is asked, then the tender opened."""
    await walk.go("/tenders")
    await walk.looked_at("1-tenders")
    await walk.page.get_by_role("link", name="What the law asks of a contract").click()
    await fill(walk, value="700,000")
    await walk.press("Ask")
    assert "Worth £663,540 or more over its term" in await walk.text()
    assert "s.51(3)" in await walk.text()
    await walk.looked_at("2-law")
    await walk.go("/tenders/opening")
    words = "As the partnership has agreed."
    await fill(
        walk, title=title, weight__quality="60", weight__price="30", closes_on=closes_on,
        policy__lots=words, policy__small_providers=words, policy__ethics=words,
        policy__sustainability=words,
    )  # fmt: skip
    await walk.press("Open the tender")
    assert "weights-not-whole" in await walk.text()
    assert await walk.page.locator("#title").input_value() == title
    await fill(
        walk, weight__price="40", closes_on=closes_on, delegated_limit="200000",
        policy__lots="One lot: two halves of one town would be too small to staff.",
        policy__small_providers="No turnover is asked.", policy__ethics="Fair pay.",
        policy__sustainability="Visits by bicycle.",
    )  # fmt: skip
    await walk.page.locator("#joint-p2").check(force=True)
    await walk.looked_at("3-opening")
    await walk.press("Open the tender")


async def score(walk: Walk, kind: str, quality: str, price: str) -> None:
    """Every bid on the page, in the same words."""
    said, button = {
        "scores": ("Score this bid", "Record the scores"),
        "moderation": ("Moderate this bid", "Record the consensus"),
    }[kind]
    for n in range(1, 3):
        await walk.page.locator("summary", has_text=said).nth(n - 1).click()
        at = f"{kind}-{n}"
        await walk.page.locator(f"#{at}-quality").fill(quality if n == 1 else "50")
        await walk.page.locator(f"#{at}-price").fill(price)
        await walk.page.locator(f"#{at}-why-quality").fill(f"It listens, bid {n}.")
        await walk.page.locator(f"#{at}-why-price").fill("Fair.")
        await walk.page.locator(f"#{at}-reasons").fill(f"A sound bid, number {n}.")
        await walk.press(button)


async def clarified(
    stage: Tendering, officer: Walk, bidder: Walk, other: Walk, at: str, closes_on: str
) -> None:
    """A question is answered to all, and the deadline moves."""
    await bidder.go(at)
    await fill(bidder, question="May a session be by telephone?")
    await bidder.press("Ask")
    await stage.settle()
    await officer.go(at)
    await officer.page.locator("#answer-1").fill("Yes, where the child asks for it.")
    await officer.press("Answer to all")
    await stage.settle()
    await fill(officer, closes_on=closes_on, reason="Two schools joined.")
    await officer.press("Publish the amendment")
    await stage.settle()
    await other.go(at)
    assert "Yes, where the child asks for it." in await other.text()
    assert "Two schools joined." in await other.text()
    assert "bright" not in (await other.text()).lower()
    await other.page.locator("summary", has_text="Bid together").click()
    await fill(other, parties="northfield-care 60\nbright-path 30")
    await other.press("Form the consortium")
    assert "shares-not-whole" in await other.text()
    await other.looked_at("1-tender")


async def judged(stage: Tendering, judge: Walk, at: str, *, moderates: bool) -> None:
    """Interests first, then scores, then the consensus."""
    await judge.go(f"{at}/evaluation")
    await judge.page.locator("#interested-no").check(force=True)
    await judge.press("Declare")
    await stage.settle()
    await judge.go(f"{at}/evaluation")
    await judge.looked_at("1-evaluation")
    await score(judge, "scores", "80", "70")
    await stage.settle()
    if not moderates:
        return
    await judge.go(f"{at}/evaluation")
    await score(judge, "moderation", "85", "70")
    await stage.settle()
    await judge.go(f"{at}/evaluation")
    assert "Scores as given" in await judge.text()
    assert "79 of 100 altogether" in await judge.text()
    await judge.looked_at("2-moderated")


async def awarded(stage: Tendering, officer: Walk, at: str) -> None:
    """Proposed, awarded, letters, notice; and nothing is confirmed in the standstill."""
    await officer.go(f"{at}/evaluation")
    await officer.page.get_by_role("button", name="Propose this bid for award").first.click()
    for button in ("Award", "Send the letters", "Publish the notice"):
        await stage.settle()
        await officer.go(f"{at}/evaluation")
        await officer.press(button)
    await stage.settle()
    await officer.go(f"{at}/evaluation")
    await officer.looked_at("4-awarded")
    await officer.press("Confirm the award")
    assert "standstill-running" in await officer.text()


async def challenged(stage: Tendering, officer: Walk, other: Walk, at: str, winner: str) -> None:
    """The other bidder reads its own letter alone, and challenges the award in vain."""
    await other.go(at)
    await other.page.get_by_role("link", name="Your award letter").click()
    letter = await other.text()
    assert "was not successful" in letter
    assert "It listens, bid 2." in letter
    await other.looked_at("2-letter")
    refused = await other.page.goto(f"{at}/letters/{winner}")
    assert refused is not None
    assert refused.status == 404
    await other.go(at)
    await fill(other, grounds="The price was not weighed as published.")
    await other.press("Make the representation")
    await stage.settle()
    await officer.go(f"{at}/evaluation")
    await officer.page.locator("#resolved-1").fill("It was weighed as published.")
    await officer.press("Decide on it")
    await stage.settle()


@pytest.mark.parametrize("scripts", [False, True])
async def test_a_tender_from_the_law_to_the_confirmed_award(
    browser: Browser, tender_address: str, axe: str, tendering: Tendering, scripts: bool
) -> None:
    title = f"Counselling in schools {'with' if scripts else 'without'} scripts"
    year = 2026 + scripts
    await tendering.set_clock(datetime(year, 11, 2, 9, tzinfo=UTC))
    async with AsyncExitStack() as stack:

        async def walk(name: str, person: str) -> Walk:
            context = await stack.enter_async_context(
                signed_in(browser, tender_address, person, java_script_enabled=scripts)
            )
            shown = f"tender-{'js' if scripts else 'plain'}-{name}"
            return Walk(await context.new_page(), axe if scripts else "", shown)

        officer = await walk("officer", OFFICER)
        await opened(officer, title, f"{year}-11-30")
        await tendering.settle()
        await officer.go("/tenders")
        assert title in await officer.text()
        tender = await tendering.only_tender()
        at = f"/tenders/{tender}"
        await officer.go(at)
        assert "Harbour Children's Partnership" in await officer.text()
        bidder = await walk("bidder", BIDDERS["bright-path"])
        other = await walk("other", BIDDERS["northfield-care"])
        await clarified(tendering, officer, bidder, other, at, f"{year}-12-04")

        await tendering.panel(tender)
        first = await tendering.bid(tender, "bright-path", 90_000_00)
        await tendering.bid(tender, "northfield-care", 95_000_00)
        await tendering.set_clock(datetime(year, 12, 7, 9, tzinfo=UTC))
        await tendering.open_bids(tender)
        for name, person in (("evaluator", EVALUATOR), ("moderator", MODERATOR)):
            judge = await walk(name, person)
            await judged(tendering, judge, at, moderates=person == MODERATOR)
        await awarded(tendering, officer, at)
        await challenged(tendering, officer, other, at, first)

        await tendering.set_clock(datetime(year + 1, 1, 11, 9, tzinfo=UTC))
        await officer.go(f"{at}/evaluation")
        await officer.press("Confirm the award")
        await tendering.settle()
        await officer.go(f"{at}/evaluation")
        assert "is confirmed and ready to sign" in await officer.text()
        await officer.go(f"{at}/law?law_of=2025-12-31")
        assert "31 December 2025" in await officer.text()
        await officer.looked_at("5-law-of-another-day")


async def test_wrong_words_are_told_and_nothing_is_written(
    browser: Browser, tender_address: str
) -> None:
    async with signed_in(browser, tender_address, OFFICER) as context:
        page = await context.new_page()
        for path, code in (
            ("/tenders/law?value=much", "422"),
            ("/tenders/law?value=700000&law_of=2020-01-01", "no-law-on-that-day"),
            ("/tenders/none", "404"),
            ("/tenders/none/evaluation", "404"),
        ):
            answer = await page.goto(path)
            assert answer is not None
            assert code == str(answer.status) or code in await page.locator("main").inner_text()

"""A procurement officer's awards without a tender in a real Chromium, one of each kind.

Law: what one must do can be found on the screen and done there, without scripts too.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser

from shared.sealing.asking import parts_body
from tests.pages import story
from tests.pages.bidding import OPENING
from tests.pages.chromium import in_chromium
from tests.pages.tendering import BIDDERS, EVALUATOR, MODERATOR, OFFICER, Tendering
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = [pytest.mark.asyncio(loop_scope="session"), in_chromium]

NEIGHBOUR = "p-914a"
WHY = "Agreed with the schools in March."


async def fill(walk: Walk, **fields: str) -> None:
    for name, words in fields.items():
        await walk.page.locator(f"#{name.replace('__', '-')}").fill(words)


async def choose(walk: Walk, **fields: str) -> None:
    for name, code in fields.items():
        await walk.page.locator(f"#{name}").select_option(code)


async def unfold(walk: Walk, said: str) -> None:
    await walk.page.locator("summary", has_text=said).first.click()


class Officer:
    """The officer's walk, and the services that have to hear of each step."""

    def __init__(self, walk: Walk, screen: Walk, stage: Tendering) -> None:
        self.walk, self.screen, self.stage = walk, screen, stage

    async def looked_at(self, step: str) -> None:
        """The page as it is now, with scripts, for axe to look at."""
        await self.screen.go(self.walk.page.url)
        await self.screen.looked_at(step)

    async def does(self, button: str, at: str = "") -> None:
        """Presses, and looks at the page again once all have heard of it."""
        at = at or self.walk.page.url
        await self.walk.press(button)
        await self.stage.settle()
        await self.walk.go(at)

    async def is_told(self, button: str, code: str) -> None:
        await self.walk.press(button)
        assert code in await self.walk.text()

    async def proposes(self, way: str, **chosen: str) -> None:
        """Opens the form of a way and fills in what all ways ask."""
        await self.walk.go("/awards")
        await self.walk.page.get_by_role("link", name=way).first.click()
        await choose(self.walk, **chosen)
        await fill(self.walk, price="90,000", delegated_limit="400,000", reason=WHY)

    async def makes(self, name: str) -> None:
        """From the list to the award, through interests, to the award made."""
        await self.walk.go("/awards")
        await self.walk.page.locator("li", has_text=name).get_by_role("link").first.click()
        await self.is_told("Make the award", "interest-not-declared")
        await self.walk.page.locator("#interested-no").check(force=True)
        await self.does("Declare", self.walk.page.url.partition("/steps")[0])

    async def made(self, words: str) -> None:
        await self.does("Make the award")
        assert f"The award is made. {words}" in await self.walk.text()


async def checked_provider(officer: Officer) -> None:
    """Standards with their last days are recorded; what soon ends is listed."""
    walk = officer.walk
    for standard in ("safeguarding", "safer-recruitment", "registration"):
        held = {"standard": standard, "reference": "R-1", "valid_until": "2028-03-31"}
        await officer.stage.officer(OFFICER).done("/v1/providers/bright-path/standards", held)
    await walk.go("/providers/bright-path")
    await choose(walk, standard="insurance")
    await fill(walk, reference="R-1", valid_until="2026-08-15")
    await officer.does("Record the standard", "/providers/bright-path")
    await fill(walk, reference="R-1", valid_until="2020-01-01")
    await officer.is_told("Record the standard", "already-expired")
    await walk.go("/providers/northfield-care")
    await unfold(walk, "Record a ground to exclude it")
    await choose(walk, ground="poor-performance")
    await fill(walk, happened_on="2026-01-05", ground__reason="Two visits in three were missed.")
    await officer.does("Record the ground", "/providers/northfield-care")
    assert "May be excluded" in await walk.text()
    assert "Two visits in three were missed." in await walk.text()
    await officer.looked_at("provider")
    await walk.go("/providers")
    assert "to 15 August 2026" in await walk.text()
    await officer.looked_at("providers")


async def challenged(officer: Officer, at: str, provider: Walk, screen: Walk) -> None:
    """A provider makes a representation itself, and reads what was decided on it."""
    walk, own = officer.walk, f"{at}/announcement"
    await provider.go(own)
    await provider.press("Make a representation")
    assert "Nothing was written" in await provider.text()
    await provider.go(own)
    await fill(provider, grounds="We treat children too.")
    await provider.press("Make a representation")
    await officer.stage.settle()
    await screen.go(own)
    await screen.looked_at("announced")
    await walk.go(at)
    await fill(walk, resolved__2="Only from the age of sixteen.")
    await officer.does("Decide on it", at)
    await provider.go(own)
    assert "Only from the age of sixteen." in await provider.text()
    assert "licence" not in (await provider.text()).partition("Your representations")[0]


async def awarded_directly(officer: Officer, provider: Walk, screen: Walk) -> None:
    walk = officer.walk
    await officer.proposes(
        "Direct award", provider="bright-path", ground="process-a", kind_of_service="other"
    )
    await officer.is_told("Propose the award", "award-ground-unknown")
    assert await walk.page.locator("#reason").input_value() == WHY
    await choose(walk, ground="single-supplier-technical")
    await officer.looked_at("direct-award")
    await officer.does("Propose the award", "/awards")
    await officer.makes("Direct award to Bright Path")
    assert "s.41, Sch. 5 para. 6" in await walk.text()
    await officer.does("Publish the transparency notice (UK5)")
    await officer.does("Publish the award notice (UK6)")
    await officer.looked_at("direct-award-noticed")
    await officer.is_told("Make the award", "standstill-running")
    at = walk.page.url.partition("/steps")[0]
    await walk.go(at)
    await unfold(walk, "Record one that has come in")
    await choose(walk, by="northfield-care")
    await fill(walk, grounds="We have the same licence.")
    await officer.does("Record it", at)
    await officer.is_told("Make the award", "representation-stands")
    await walk.go(at)
    assert "We have the same licence." in await walk.text()
    await officer.looked_at("direct-award-challenged")
    await fill(walk, resolved__1="Its licence is for adults.")
    await officer.does("Decide on it", at)
    assert "Its licence is for adults." in await walk.text()
    await challenged(officer, at, provider, screen)
    await officer.stage.set_clock(datetime(2026, 6, 10, 9, tzinfo=UTC))
    await walk.go(at)
    await officer.made("A contract is drafted from it")


async def called_off(officer: Officer) -> None:
    walk, title = officer.walk, "Therapies for children"
    await walk.go("/awards/frameworks")
    await fill(
        walk, title=title, reference="RM-1101", valid_until="2027-03-31",
        lots="1; Counselling; bright-path, northfield-care",
    )  # fmt: skip
    await officer.is_told("Enter it", "at least 1 item")
    await walk.page.locator("#partnership-p1").check(force=True)
    await officer.does("Enter it", "/awards/frameworks")
    await officer.looked_at("frameworks")
    await officer.proposes("Call-off under a framework", provider="bright-path")
    await walk.page.locator("#framework").select_option(label=await option(walk, title))
    await officer.is_told("Propose the award", "competition-needed")
    await choose(walk, competition="mini-competition")
    await officer.looked_at("call-off")
    await officer.does("Propose the award", "/awards")
    await officer.makes("Call-off under a framework to Bright Path")
    assert f"{title} (RM-1101), lot 1; by a competition" in await walk.text()
    await officer.made("A contract is drafted from it")


async def option(walk: Walk, title: str) -> str:
    return await walk.page.locator("#framework option", has_text=title).first.inner_text()


async def given(officer: Officer) -> None:
    """In house by a partner, and a grant to a provider that could have been excluded."""
    walk = officer.walk
    await officer.proposes("Provided by a partner itself", provider=story.ICB)
    await officer.does("Propose the award", "/awards")
    await officer.makes("Provided by a partner itself to Alderbrook")
    await officer.made("A service level agreement is drafted from it")

    await officer.proposes("Grant", provider="northfield-care")
    await officer.is_told("Propose the award", "grant-conditions-missing")
    await fill(walk, grant_conditions="For open evenings alone; the rest is paid back.")
    await officer.is_told("Propose the award", "excludable-not-considered")
    await fill(walk, considered="No visit has been missed since February.")
    await officer.is_told("Propose the award", "conditions-unmet")
    for name in ("safeguarding", "safer-recruitment", "insurance", "registration"):
        await walk.page.locator(f"#condition-{name}").uncheck(force=True)
    await officer.looked_at("grant")
    await officer.does("Propose the award", "/awards")
    await officer.makes("Grant to Northfield Care")
    assert "For open evenings alone" in await walk.text()
    await officer.made("A grant agreement is drafted from it")
    await walk.go("/awards")
    await officer.looked_at("awards")


async def shared_list(officer: Officer, neighbour: Walk) -> None:
    """A list is drafted, filled, and agreed to by both partnerships."""
    walk, title = officer.walk, "Homes in the east"
    await walk.go("/preferred")
    await fill(walk, title=title, need="Therapy for 8 to 12", valid_until="2027-03-31")
    await officer.is_told("Draft the list", "Nothing was written")
    await walk.page.locator("#neighbour-p2").check(force=True)
    await officer.does("Draft the list", "/preferred")
    await officer.looked_at("preferred")
    await walk.page.get_by_role("link", name=title).click()
    at = walk.page.url
    await choose(walk, provider="bright-path")
    await fill(walk, reason="It works with both.")
    await officer.does("Put it on the list", at)
    await officer.does("Agree to the list as it stands", at)
    assert "Has not agreed to it as it stands" in await walk.text()
    await neighbour.go(at)
    await neighbour.press("Agree to the list as it stands")
    await officer.stage.settle()
    await walk.go(at)
    assert "Holds" in await walk.text()
    await officer.looked_at("preferred-list")
    await walk.go("/tenders/opening")
    assert await walk.page.locator("#joint-p2").count() == 1
    assert await walk.page.locator("#joint-p1").count() == 0


async def test_an_award_of_each_kind(
    browser: Browser, tender_address: str, axe: str, tendering: Tendering
) -> None:
    await tendering.set_clock(datetime(2026, 5, 20, 9, tzinfo=UTC))
    async with AsyncExitStack() as stack:

        async def walk(name: str, person: str, *, scripts: bool = False) -> Walk:
            context = await stack.enter_async_context(
                signed_in(browser, tender_address, person, java_script_enabled=scripts)
            )
            return Walk(await context.new_page(), axe if scripts else "", f"award-{name}")

        officer = Officer(
            await walk("officer", OFFICER), await walk("screen", OFFICER, scripts=True), tendering
        )
        await checked_provider(officer)
        bidder = BIDDERS["northfield-care"]
        await awarded_directly(
            officer, await walk("bidder", bidder), await walk("seen", bidder, scripts=True)
        )
        await called_off(officer)
        await given(officer)
        await shared_list(officer, await walk("neighbour", NEIGHBOUR))
        renewed = {"standard": "insurance", "reference": "R-2", "valid_until": "2029-08-15"}
        await tendering.officer(OFFICER).done("/v1/providers/bright-path/standards", renewed)


async def test_a_bid_that_no_two_officers_open_is_set_aside(
    browser: Browser, tender_address: str, tendering: Tendering
) -> None:
    await tendering.set_clock(datetime(2026, 6, 15, 9, tzinfo=UTC))
    opening = OPENING | {"bids_close_at": "2026-06-30T11:00:00Z"}
    tender = (await tendering.officer(OFFICER).done("/v1/tenders", opening))["id"]
    await tendering.settle()
    await tendering.panel(tender)
    bad = await tendering.bid(tender, "bright-path", 90_000_00)
    await tendering.bid(tender, "northfield-care", 95_000_00)
    await tendering.set_clock(datetime(2026, 7, 1, 9, tzinfo=UTC))
    for one, wrong in ((OFFICER, EVALUATOR), (MODERATOR, EVALUATOR)):
        caller = tendering.officer(one)
        heads = (await caller.get(f"/v1/tenders/{tender}/heads")).json()
        body = parts_body(tendering.keys[one], heads)
        body["parts"][bad] = parts_body(tendering.keys[wrong], heads)["parts"][bad]
        await caller.done(f"/v1/tenders/{tender}/opening-parts", body)
    await tendering.settle()
    async with signed_in(browser, tender_address, OFFICER, java_script_enabled=False) as context:
        walk = Walk(await context.new_page(), "", "aside")
        await walk.go(f"/bids/{tender}")
        await walk.press("Open all bids")
        assert "another-officer-needed" in await walk.text()
        assert bad in await walk.text()
        await fill(walk, set_aside="of-nobody")
        await walk.press("Set aside and open the rest")
        assert "not-to-be-set-aside" in await walk.text()
        await fill(walk, set_aside=bad)
        await walk.press("Set aside and open the rest")
        await tendering.settle()
        await walk.go(f"/bids/{tender}")
        assert f"{bad}: Set aside" in await walk.text()

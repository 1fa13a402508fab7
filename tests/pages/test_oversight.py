"""Oversight on the pages: quality assurance, agreed indicators, joint work, audits, a fund's end.

Law: whatever happens here is typed into a form or heard from another service; nothing is stubbed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from msgspec.structs import replace
from playwright.async_api import Browser

from services.contracts.main import PLAN as CONTRACTS
from services.gateway.main import PLAN as GATEWAY
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.sources import PublishedLog
from shared.published import contracts, needs
from shared.published.terms import Member
from shared.testing.houses import KEY, RunningHouse
from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.gateway import story as told
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.planning import Planning, open_planning
from tests.pages.stage import running
from tests.pages.test_framework import Pages
from tests.pages.test_in_a_browser import signed_in
from tests.pages.test_provider_quarter import Walk

pytestmark = pytest.mark.asyncio(loop_scope="session")

AUDITOR = "p-71e5"
FIRST, SECOND = datetime(2026, 5, 20, 13, tzinfo=UTC), datetime(2026, 6, 17, 13, tzinfo=UTC)
SUMMER = datetime(2027, 6, 2, 9, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def overseen(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Planning]:
    """A partnership with a pooled and an aligned fund, a contract on each."""
    names = [f"oversight_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_planning(*databases) as opened:
        await opened.seat()
        ours = {"partnership": opened.partnership}
        host = {**ours, "host": story.COUNCIL}
        terms = replace(
            told.SIGNED.terms, **ours, commissioner=story.COUNCIL, provider=story.PROVIDER,
            ends_on=date(2029, 3, 31),
        )  # fmt: skip
        partners = (story.COUNCIL, story.ICB)
        hear = opened.needs.hear
        for fund, aligned in (("f1", False), ("f2", True)):
            name = "Side by side" if aligned else "Alderbrook pool"
            year = replace(told.FUND_OPENED, **host, fund=fund, partners=partners, aligned=aligned)
            agreement = replace(told.AGREEMENT, **host, fund=fund, name=name)
            await hear("contracts", f"fund/{fund}:2026-27", agreement, year)
        signed = replace(told.SIGNED, terms=terms)
        await hear("contracts", "contract/c1", signed)
        beside = replace(terms, fund="f2", title="Advocacy", commissioner=story.ICB)
        await hear("contracts", "contract/c3", replace(told.SIGNED, contract="c3", terms=beside))
        await opened.settle()
        yield opened


def commissioner(planning: Planning) -> Pages:
    return Pages(planning, story.COUNCIL, story.COMMISSIONER, "commissioner")


def health(planning: Planning) -> Pages:
    return Pages(planning, story.ICB, story.HEALTH, "commissioner")


def stranger(planning: Planning) -> Pages:
    return Pages(planning, "elsewhere", "eve", "commissioner", "board-member")


async def meeting_page(planning: Planning, held_at: datetime) -> str:
    """A meeting called for then, as a commissioner of the partnership sees it."""
    at = f"/v1/partnerships/{planning.partnership}/meetings"
    body = {"held_at": held_at.isoformat(), "agenda": [{"title": "Item", "about_kind": "other",
            "about": "x"}]}  # fmt: skip
    meeting = (await planning.done(planning.secretary, at, body))["id"]
    return f"/board/{planning.partnership}/meetings/{meeting}"


async def test_an_arrangement_is_looked_at_and_what_is_short_comes_to_the_board(
    overseen: Planning,
) -> None:
    at = f"/assurance/{overseen.partnership}"
    mine, theirs = commissioner(overseen), health(overseen)
    wrong = await mine.send(f"{at}/standards", title="Officer", every_months="12")
    assert (wrong.status_code, "Nothing was written" in wrong.text) == (422, True)
    asked = {"title": "A named officer", "every_months": "12", "contract": "yes"}
    assert (await mine.send(f"{at}/standards", **asked)).is_redirect
    listed = (await theirs.see(at)).text
    for text in ("Alderbrook pool", "Aligned budget agreement", "Counselling", "A named officer"):
        assert text in listed, text
    page = f"{at}/c1"
    [standard] = set(re.findall(r'name="met-([^"]+)"', (await theirs.see(page)).text))
    bare = await theirs.send(f"{page}/looks", **{f"met-{standard}": "not-met"})
    assert (bare.status_code, "Nothing was written" in bare.text) == (422, True)
    look = {f"met-{standard}": "not-met", f"text-{standard}": "Nobody is named."}
    assert (await theirs.send(f"{page}/looks", **look)).is_redirect
    remedy = {"standard": standard, "text": "Name one.", "owner": story.COUNCIL,
              "due_on": "2026-05-30"}  # fmt: skip
    assert (await mine.send(f"{page}/remedies", **remedy)).is_redirect
    shown = (await mine.see(page)).text
    assert "Nobody is named." in shown
    assert "Remedy 1 is done" in shown
    board = (await mine.see(await meeting_page(overseen, FIRST))).text
    assert "Open in quality assurance" in board
    assert "1 found short, 1 remedy to do" in board
    [made] = set(re.findall(r'name="remedy" value="([^"]+)"', shown))
    assert (await mine.send(f"{page}/completion", remedy=made)).is_redirect
    assert "done 1 May 2026" in (await mine.see(page)).text
    for path in (at, page):
        assert (await stranger(overseen).see(path)).status_code == 404


async def test_joint_work_is_seen_fund_by_fund_and_by_its_lead(overseen: Planning) -> None:
    at = f"/oversight/{overseen.partnership}"
    mine = commissioner(overseen)
    assert (await mine.see("/oversight")).headers["location"] == at
    executive = (await mine.see(at)).text
    for text in ("Alderbrook pool", "Side by side", "All aligned funds", "All jointly funded work"):
        assert text in executive, text
    detail = (await mine.see(f"{at}?level=operational")).text
    assert "Advocacy" in detail
    assert "Children are safe" in detail
    table = await mine.see(f"{at}/files/operational.csv")
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [(one["title"], one["kind_of_fund"]) for one in lines] == [
        ("Counselling", "pooled"), ("Advocacy", "aligned"),
    ]  # fmt: skip
    lead = (await mine.see(f"{at}/commissioners/{story.COUNCIL}")).text
    assert "Counselling" in lead
    assert "Advocacy" not in lead
    assert "1 short" in lead
    assert (await stranger(overseen).see(at)).status_code == 404


async def test_indicators_are_agreed_by_the_board_and_reported_to_it(overseen: Planning) -> None:
    com, at = overseen.commissioner, f"/performance/{overseen.partnership}/2026-27"
    done = overseen.done
    mine = commissioner(overseen)
    indicator, strategy = await approved_strategy(overseen)
    assert "Children who feel safe" in (await mine.see(at)).text
    chosen = {"strategy": strategy, f"choose-{indicator}": "yes", f"target-{indicator}": "80"}
    wrong = await mine.send(f"{at}/proposals", **chosen)
    assert (wrong.status_code, "Nothing was written" in wrong.text) == (422, True)
    assert (
        await mine.send(f"{at}/proposals", **chosen, **{f"by-{indicator}": "2026/27"})
    ).is_redirect
    assert "indicators-2026-27.1" in (await mine.see(at)).text
    decision = await overseen.carry(SECOND, about_kind="other", about="indicators-2026-27.1")
    assert (await mine.send(f"{at}/agreement", decision=decision)).is_redirect
    await overseen.set_clock(SUMMER)
    board = await meeting_page(overseen, datetime(2027, 7, 7, 13, tzinfo=UTC))
    assert "It has not come to the board yet" in (await mine.see(board)).text
    assert (await mine.send(f"{at}/reports", meeting=board.rsplit("/", 1)[1])).is_redirect
    assert "before this meeting" in (await mine.see(board)).text
    body = {"partnership": overseen.partnership, "year": "2027/28", "title": "Needs again",
            "outcomes": [{"outcome": "safe", "title": "Children are safe"}]}  # fmt: skip
    later = f"/v1/assessments/{(await done(com, '/v1/assessments', body))['id']}"
    await measured(overseen, later, "2026/27", "82")
    shown = (await mine.see(at)).text
    assert "82% (2026/27)" in shown
    assert "Reached" in shown
    assert "(now 82)" in shown
    assert "82% (2026/27)" not in (await mine.see(f"{at}?known_on=2027-06-01")).text
    [line] = csv.DictReader(io.StringIO((await mine.see(f"{at}/report.csv")).text))
    assert (line["value"], line["value_before"], line["standing"]) == ("82", "70", "reached")
    assert (await stranger(overseen).see(at)).status_code == 404


async def measured(planning: Planning, assessment: str, period: str, value: str) -> str:
    com = planning.commissioner
    body = {"title": "Children who feel safe", "outcome": "safe", "unit": "percent",
            "direction": "higher", "area": "Alderbrook", "source": "Survey"}  # fmt: skip
    made = (await planning.done(com, f"{assessment}/indicators", body))["part"]
    figure = {"area": "Alderbrook", "period": period, "value": value}
    series = {"indicator": made, "figures": [figure]}
    await planning.done(com, f"{assessment}/series", series)
    return made


async def approved_strategy(planning: Planning) -> tuple[str, str]:
    """An indicator of a published assessment, and a strategy the board approved on it."""
    com, done = planning.commissioner, planning.done
    body = {"partnership": planning.partnership, "year": "2026/27", "title": "Needs",
            "outcomes": [{"outcome": "safe", "title": "Children are safe"}]}  # fmt: skip
    assessment = (await done(com, "/v1/assessments", body))["id"]
    at = f"/v1/assessments/{assessment}"
    indicator = await measured(planning, at, "2025/26", "70")
    need = {"title": "Safety", "outcome": "safe", "evidence": [indicator]}
    found = (await done(com, f"{at}/needs", need))["part"]
    await done(com, f"{at}/publication", {"summary": "What we found."})
    draft = {"assessment": assessment, "title": "Safe together"}
    strategy = (await done(com, "/v1/strategies", draft))["id"]
    at = f"/v1/strategies/{strategy}"
    await done(com, f"{at}/priorities", {"need": found, "rank": 1, "reasons": "Heard."})
    asked = {"title": "Act", "need": found, "outcome": "safe", "evidence": [indicator]}
    await done(com, f"{at}/recommendations", asked)
    decision = await planning.carry(FIRST, about_kind="strategy", about=strategy)
    await done(com, f"{at}/approval", {"decision": decision})
    return indicator, strategy


async def test_an_auditor_gives_an_opinion_on_the_account_shown(overseen: Planning) -> None:
    at = "/funds/f2/memorandum?year=2026-27"
    auditor = Pages(overseen, story.COUNCIL, AUDITOR, "accounts-auditor")
    assert "An opinion is given once the year is closed" in (await auditor.see(at)).text
    ended = contracts.ContractTerminated(
        contract="c3", fund="f2", clause="30", impact_assessment="i1", terminated_by="p-2",
        effective_on=date(2026, 4, 30),
    )  # fmt: skip
    freed = contracts.CommitmentReleased(
        contract="c3", fund="f2", year="2026/27", amount_pence=90_000_00,
        effective_on=date(2026, 4, 30),
    )  # fmt: skip
    closed = contracts.YearClosed(
        fund="f2", year="2026/27", result_pence=0, closed_by="a", approved_by="b",
        effective_on=date(2027, 4, 9),
    )  # fmt: skip
    await overseen.gateway.hear("contracts", "contract/c3", ended, freed)
    forecast = (await commissioner(overseen).see("/funds/f2?year=2026-27")).text
    assert "If the year lands here you" in forecast
    await overseen.gateway.hear("contracts", "fund/f2:2026-27", closed)
    kept = (await commissioner(overseen).see("/funds/f2?year=2026-27")).text
    assert "The year is closed: you" in kept
    assert "If the year lands here" not in kept
    page = (await auditor.see(at)).text
    [digest] = set(re.findall(r'name="digest" value="([0-9a-f]{64})"', page))
    given = {"year": "2026-27", "digest": digest, "opinion": "qualified", "text": ""}
    wrong = await auditor.send("/funds/f2/opinions", **given)
    assert (wrong.status_code, "Nothing was written" in wrong.text) == (422, True)
    assert (
        await auditor.send("/funds/f2/opinions", **given | {"text": "But for one."})
    ).is_redirect
    seen = await health(overseen).see(at)
    assert "But for one." in seen.text
    assert "Give the opinion" not in seen.text
    board = await meeting_page(overseen, datetime(2027, 7, 14, 13, tzinfo=UTC))
    shown = (await commissioner(overseen).see(board)).text
    assert "Audited accounts of the pooled funds" in shown
    assert "Qualified" in shown


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ending(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[tuple[RunningHouse, str]]:
    """A gateway before a real contracts service, in which a fund's only year is closed."""
    names = [f"ending_{uuid4().hex}" for _ in range(2)]
    own, gateway_dsn = [
        await create_database(postgres_server, name, migrated_template) for name in names
    ]
    heard = {name: MemoryLog(name) for name in ("needs", "procurement", "monitoring")}
    async with AsyncExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv(
            "ISSUER_KEY", json.dumps(KEY.as_dict(private=True))
        )
        house = await running(stack, CONTRACTS, own, heard)
        more = {"contracts": PublishedLog(house.house.log)}
        gateway = await running(stack, GATEWAY, gateway_dsn, heard, **more)
        gateway.app.state.upstreams = {"contracts": house.client}
        members = (
            Member(agency=story.COUNCIL, kind="council", name="Alderbrook Council"),
            Member(agency=story.ICB, kind="nhs-icb", name="Alderbrook Care Board"),
        )
        formed = needs.PartnershipFormed(
            partnership="p1", name="Alderbrook", lead=story.COUNCIL, members=members,
            effective_on=told.DAY,
        )  # fmt: skip
        await house.hear("needs", "partnership/p1", formed)
        fin = house.caller(story.COUNCIL, story.FINANCE, "finance")
        fund = {"partnership": "p1", "name": "Old pool", "legal_basis": "section-75",
                "pool_manager": "pm", "year": "2026-27", "partners": [story.COUNCIL, story.ICB],
                "attribution_weights": [1, 1]}  # fmt: skip
        made = (await fin.done("/v1/funds", fund))["fund"]
        await house.settle()
        for running_house in (house, gateway):
            await running_house.set_clock(datetime(2027, 4, 2, 9, tzinfo=UTC))
        at = f"/v1/funds/{made}/years/2026-27"
        await fin.done(f"{at}/close")
        fay = house.caller(story.COUNCIL, "p-a650", "finance")
        await fay.done(f"{at}/close/approval")
        await house.settle()
        await gateway.settle()
        yield gateway, made


@in_chromium
async def test_a_fund_is_unwound_by_two_people_without_scripts(
    browser: Browser, axe: str, ending: tuple[RunningHouse, str]
) -> None:
    gateway, fund = ending
    async with served_here(gateway.app) as address:
        async with signed_in(browser, address, story.FINANCE, java_script_enabled=False) as quiet:
            page = await quiet.new_page()
            walk = Walk(page, "", "unwinding")
            await walk.go(f"/funds/{fund}/unwinding")
            await walk.press("Prepare it")
            assert "not-counted" in await page.content()
            post = page.get_by_role("group", name="Post 1")
            await post.get_by_label("Kind of post").fill("Commissioning manager")
            await post.get_by_label("Whole-time equivalents").fill("1.5")
            await post.get_by_label("Employed by").select_option(story.COUNCIL)
            await post.get_by_label("Goes to").select_option(story.ICB)
            asset = page.get_by_role("group", name="Asset 1")
            await asset.get_by_label("What it is").fill("Outreach van")
            await asset.get_by_label("Kind", exact=True).select_option("vehicle")
            await asset.get_by_label("Worth now").fill("12,000")
            await asset.get_by_label("Held by").select_option(story.ICB)
            await asset.get_by_label("Goes to").select_option(story.COUNCIL)
            await walk.press("Prepare it")
            shown = await walk.text()
            assert "waits for another person" in shown
            assert "£12,000.00" in shown
            assert await page.get_by_role("button", name="Approve the unwinding").count() == 0
        async with signed_in(browser, address, "p-a650") as context:
            walk = Walk(await context.new_page(), axe, "unwinding")
            await walk.go(f"/funds/{fund}/unwinding")
            await walk.looked_at("prepared")
            await walk.press("Approve the unwinding")
            assert "two people shared out what it held" in await walk.text()
            await walk.looked_at("unwound")


@in_chromium
async def test_the_pages_are_whole_at_both_widths_and_work_without_scripts(
    browser: Browser, axe: str, overseen: Planning
) -> None:
    partnership = overseen.partnership
    async with served_here(overseen.gateway.app) as address:
        async with signed_in(browser, address, story.HEALTH, java_script_enabled=False) as quiet:
            page = await quiet.new_page()
            walk = Walk(page, "", "assurance")
            await walk.go(f"/assurance/{partnership}/c1")
            await page.get_by_label("How far it is met").select_option("met")
            await walk.press("Record the look")
            assert "met" in (await walk.text()).casefold()
            assert "Nobody is named." in await walk.text()
        async with signed_in(browser, address, story.COMMISSIONER) as context:
            walk = Walk(await context.new_page(), axe, "oversight")
            for path in (
                f"/assurance/{partnership}", f"/assurance/{partnership}/c1",
                f"/oversight/{partnership}", f"/oversight/{partnership}?level=operational",
                f"/oversight/{partnership}/commissioners/{story.COUNCIL}",
                f"/performance/{partnership}/2026-27", f"/performance/{partnership}/2027-28",
            ):  # fmt: skip
                await walk.go(path)
                await walk.looked_at(re.sub(r"\W+", "-", path.replace(partnership, "")))
        async with signed_in(browser, address, AUDITOR) as context:
            walk = Walk(await context.new_page(), axe, "audit")
            await walk.go("/funds/f2/memorandum?year=2026-27")
            await walk.looked_at("opinion")

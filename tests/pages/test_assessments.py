"""Pages of needs assessments, with real services behind them, in a real Chromium too.

Law: no violation that axe can see, nothing clipped at 390 px; everything can be done without
scripts; those outside the partnership see what is published and no small number.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from shared.testing.serving import served_here
from tests.pages import story
from tests.pages.chromium import in_chromium
from tests.pages.needing import PLANS, SUMMARY, Needing
from tests.pages.test_in_a_browser import WIDTHS, complaints, signed_in
from tests.pages.test_pages import COMMISSIONER, OUTSIDER, PROVIDER

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(needing: Needing, path: str, who: dict[str, str]) -> httpx.Response:
    return await needing.gateway.client.get(path, headers=who)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(needing: Needing) -> AsyncIterator[str]:
    async with served_here(needing.gateway.app) as at:
        yield at


async def test_an_assessment_shows_its_series_beside_others_and_its_groups(
    needing: Needing,
) -> None:
    at = f"/assessments/{needing.assessment}"
    listed = (await opened(needing, "/assessments", COMMISSIONER)).text
    assert f'href="{at}"' in listed
    text = (await opened(needing, at, COMMISSIONER)).text
    for said in (
        "Plans issued within 20 weeks", "Sunderland", "least squares", "of 11", "England",
        "Five-year-olds with experience of dental decay", "No figures yet", "0-7, 8-12, 13+",
        "Groups that fare worse", "Adopt a reference outcome",
    ):  # fmt: skip
        assert said in text, said
    by_age = (await opened(needing, f"{at}?breakdown=age-band", COMMISSIONER)).text
    assert "8-12<span" in by_age
    assert "8-12<span" not in text


async def test_an_indicator_has_chart_tables_and_every_group(needing: Needing) -> None:
    way = f"/assessments/{needing.assessment}/indicators/{needing.plans}"
    text = (await opened(needing, way, COMMISSIONER)).text
    for said in (
        "gt-chart--wide", "Statistical neighbour", "North East Region", "By ethnicity", "By age",
        "By sex", "Mean of the neighbours", "Next, if nothing changes",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize(
    "way",
    [
        "",
        "/easy-read",
        "/import",
        "/signals",
        "/evidence",
        "/needs",
        "/indicators/none",
        "?breakdown=sex",
    ],
)
async def test_an_open_assessment_is_not_there_for_others(needing: Needing, way: str) -> None:
    for who in (PROVIDER, OUTSIDER):
        response = await opened(needing, f"/assessments/{needing.assessment}{way}", who)
        assert response.status_code == 404
        assert "What children need" not in response.text


async def test_signals_show_how_they_added_up(needing: Needing) -> None:
    text = (await opened(needing, f"/assessments/{needing.assessment}/signals", COMMISSIONER)).text
    assert "None could see this alone." in text
    assert "The most that any one source met is 5; together they met it 12 times" in text
    assert "Alderbrook Integrated Care Board" in text


@in_chromium
async def test_every_page_is_whole_at_every_width(
    browser: Browser, address: str, axe: str, needing: Needing
) -> None:
    at = f"/assessments/{needing.assessment}"
    wrong: dict[str, list[str]] = {}
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        for path in ("/assessments", at, f"{at}?breakdown=every", f"{at}/easy-read",
                     f"{at}/import", f"{at}/signals", f"{at}/evidence", f"{at}/needs",
                     f"{at}/indicators/{needing.plans}"):  # fmt: skip
            answer = await page.goto(path)
            assert answer is not None
            assert answer.ok, path
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                if found := await complaints(page, axe):
                    wrong[f"{path} at {width}"] = found
    assert wrong == {}


@in_chromium
async def test_a_file_is_checked_put_right_and_taken_without_scripts(
    browser: Browser, address: str, needing: Needing, tmp_path: Path
) -> None:
    at = f"/assessments/{needing.assessment}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        page = await context.new_page()
        await page.goto(f"{at}/import")
        option = page.locator("#indicator option", has_text="dental decay")
        decay = str(await option.get_attribute("value"))
        bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
        bad.write_text("area,period,value\nSunderland,2022,many\nSunderland,2024,\n")
        good.write_text("area,period,value\nSunderland,2022,31.2\nSunderland,2024,x\n")
        for button, file, told in (
            ("Check the file", bad, "Cells to put right"),
            ("Take the figures", bad, "2 cells cannot be read; nothing was taken."),
            ("Check the file", good, "Choose the file again to take the figures."),
        ):
            await page.locator("#indicator").select_option(decay)
            await page.locator("#file").set_input_files(file)
            await page.get_by_role("button", name=button).click()
            shown = await page.locator("main").inner_text()
            assert told in shown
            assert ("The cell is empty" in shown) == (file == bad)
        await page.locator("#indicator").select_option(decay)
        await page.locator("#file").set_input_files(good)
        await page.get_by_role("button", name="Take the figures").click()
        await needing.settle()
        await page.goto(f"{at}/indicators/{decay}")
        shown = await page.locator("main").inner_text()
        assert "31.2%" in shown
        assert "No value given" in shown


@in_chromium
async def test_a_real_file_is_checked_on_the_page(
    browser: Browser, address: str, axe: str, needing: Needing, shared_material: Path
) -> None:
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        await page.goto(f"/assessments/{needing.assessment}/import?indicator={needing.plans}")
        await page.locator("#file").set_input_files(shared_material / "reference" / PLANS)
        await page.get_by_role("button", name="Check the file").click()
        shown = await page.locator("main").inner_text()
        assert "12,212, in the form dfe" in shown
        assert "areas not compared with" in shown
        assert await complaints(page, axe) == []


@in_chromium
async def test_a_signal_is_reported_and_an_outcome_adopted_without_scripts(
    browser: Browser, address: str, needing: Needing
) -> None:
    at = f"/assessments/{needing.assessment}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        page = await context.new_page()
        await page.goto(f"{at}/signals")
        await page.get_by_label("Theme").select_option("sleep")
        await page.get_by_role("textbox", name="How often").fill("some")
        await page.get_by_role("button", name="Report", exact=True).click()
        assert "Write a whole number from 1." in await page.locator("main").inner_text()
        await page.get_by_role("textbox", name="How often").fill("6")
        await page.get_by_role("button", name="Report", exact=True).click()
        await needing.settle()
        await page.goto(f"{at}/signals")
        assert "Sleep: 6" in await page.locator("main").inner_text()
        await page.goto(f"{at}/evidence")
        await page.get_by_label("Kind").select_option("research")
        await page.get_by_label("Title").fill("What works against bullying")
        await page.get_by_label("What it says").fill("Peer support beside counselling.")
        await page.get_by_role("button", name="Record", exact=True).click()
        await needing.settle()
        await page.goto(f"{at}/evidence")
        assert "Peer support beside counselling." in await page.locator("main").inner_text()
        await page.goto(at)
        await page.get_by_label("Reference outcome").select_option("camhs")
        await page.get_by_label("Area").fill("E08000024")
        await page.get_by_role("button", name="Adopt").click()
        await needing.settle()
        await page.goto(at)
        assert "first seen within four weeks" in await page.locator("main").inner_text()


@in_chromium
async def test_a_consultation_goes_from_asking_to_what_changed_without_scripts(
    browser: Browser, address: str, axe: str, needing: Needing
) -> None:
    at = f"/voices/{needing.partnership}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        page = await context.new_page()
        await page.goto(at)
        shown = await page.locator("main").inner_text()
        assert "missing in 9 of 9 stages" in shown
        await page.get_by_label("Title").fill("What makes school safe?")
        await page.get_by_label("Stage of the cycle").select_option("3")
        await page.get_by_role("button", name="Begin", exact=True).click()
        assert "Nothing was written" in await page.locator("main").inner_text()
        assert await page.get_by_label("Title").input_value() == "What makes school safe?"
        await page.get_by_label("Children and young people").check(force=True)
        await page.get_by_label("Survey").check(force=True)
        await page.get_by_label("What they are asked").fill("Where do you not feel safe?")
        await page.get_by_label("From").fill("2026-05-01")
        await page.get_by_label("To", exact=True).fill("2026-05-31")
        await page.get_by_label("Evidence for the assessment").select_option(needing.assessment)
        await page.get_by_role("button", name="Begin", exact=True).click()
        await needing.settle()
        await page.goto(at)
        await page.get_by_role("link", name="What makes school safe?").click()
        await page.get_by_label("How many were asked").fill("240")
        await page.get_by_label("How many answered").fill("212")
        await page.get_by_label("What they spoke of").first.select_option("bullying")
        await page.get_by_label("How many people").first.fill("88")
        await page.get_by_label("What they said, in words").fill("The bus is not safe.")
        await page.get_by_role("button", name="Record", exact=True).click()
        await needing.settle()
        consultation = page.url
        await page.goto(consultation)
        await page.get_by_label("You said").fill("The bus is not safe.")
        await page.get_by_label("We did").fill("A conductor rides along.")
        await page.get_by_role("button", name="Publish", exact=True).click()
        await needing.settle()
        await page.goto(consultation)
        shown = await page.locator("main").inner_text()
        for said in ("212", "88", "You said, we did", "A conductor rides along.", "Done"):
            assert said in shown
        await page.goto(at)
        shown = await page.locator("main").inner_text()
        assert "missing in 8 of 9 stages: 1, 2, 4, 5, 6, 7, 8, 9" in shown
    async with signed_in(browser, address, story.COMMISSIONER) as context:
        page = await context.new_page()
        for path in (at, consultation):
            await page.goto(path)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                assert await complaints(page, axe) == [], f"{path} at {width}"
    path = consultation.removeprefix(address)
    outside = (await opened(needing, path, PROVIDER)).text
    assert "A conductor rides along." in outside
    assert "In words, for partners" not in outside


@in_chromium
async def test_an_assessment_is_published_and_read_in_easy_words_without_scripts(
    browser: Browser, address: str, axe: str, needing: Needing
) -> None:
    """The last of the story: nothing is added to the assessment afterwards."""
    at = f"/assessments/{needing.assessment}"
    async with signed_in(
        browser, address, story.COMMISSIONER, java_script_enabled=False
    ) as context:
        page = await context.new_page()
        await page.goto(f"{at}/needs")
        await page.get_by_label("Summary in easy words").fill("Too early.")
        await page.get_by_role("button", name="Publish", exact=True).click()
        assert "needs-missing" in await page.locator("main").inner_text()
        await page.get_by_label("The need").fill("Help early for children who are bullied")
        await page.get_by_role("button", name="Identify", exact=True).click()
        assert "evidence-missing" in await page.locator("main").inner_text()
        for label in ("School, 5", "Youth club, 4", "Counselling service, 3"):
            await page.get_by_label(f"Signal: Bullying, {label}").check(force=True)
        await page.get_by_role("button", name="Identify", exact=True).click()
        await needing.settle()
        await page.goto(f"{at}/needs")
        assert "Signal: Bullying, Youth club, 4" in await page.locator("main").inner_text()
        await page.get_by_label("Summary in easy words").fill(SUMMARY)
        await page.get_by_role("button", name="Publish", exact=True).click()
        await needing.settle()
        await page.goto(f"{at}/signals")
        shown = await page.locator("main").inner_text()
        assert "It is evidence of: Help early for children who are bullied." in shown
    async with signed_in(browser, address, story.LEAD) as context:
        page = await context.new_page()
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 900})
            for path in (f"{at}/easy-read", at):
                await page.goto(path)
                assert await complaints(page, axe) == [], f"{path} at {width}"
                assert "Help early for children" in await page.locator("main").inner_text()
        await page.goto(f"{at}/easy-read")
        assert "Others wait too long for help." in await page.locator("main").inner_text()
        answer = await page.goto(f"{at}/signals")
        assert answer is not None
        assert answer.status == 404

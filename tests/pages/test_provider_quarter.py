"""A provider's whole quarter in a real Chromium: with scripts, without, and by the keyboard alone.

Law: what one must do can be found on the screen and done there; every step leaves a picture in
`GOLDENTHREAD_PICTURES`, where that names a folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from shared.proofs.notes import opened as opened_note
from shared.proofs.notes import parse_verifier
from shared.testing.serving import served_here
from tests.pages.chromium import in_chromium
from tests.pages.quarter import CONTRACTS, MAKER, MANAGER, PERIOD, SIGNATORY, figures
from tests.pages.stage import Stage
from tests.pages.test_in_a_browser import complaints, signed_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
WORDS = "Quarter 2, July to September 2027"
WIDTHS = (390, 1280)
PICTURES = os.environ.get("GOLDENTHREAD_PICTURES", "")
MOST_TABS = 400


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(quarter: Stage) -> AsyncIterator[str]:
    async with served_here(quarter.gateway.app) as at:
        yield at


class Walk:
    """One person's browser on the way through the quarter."""

    def __init__(self, page: Page, axe: str, name: str) -> None:
        self.page = page
        self.axe = axe
        self.name = name

    async def looked_at(self, step: str) -> None:
        """Whole at both widths; a picture of each is kept where one is asked for."""
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": 900})
            if self.axe:
                assert await complaints(self.page, self.axe) == [], f"{step} at {width}"
            if PICTURES:
                file = Path(PICTURES) / f"{self.name}-{step}-{width}.png"
                await self.page.screenshot(path=file, full_page=True)

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def go(self, path: str) -> None:
        answer = await self.page.goto(path)
        assert answer is not None
        assert answer.ok, path

    async def text(self) -> str:
        return await self.page.locator("main").inner_text()

    async def saved(self, link: str) -> bytes:
        """What a link downloads."""
        async with self.page.expect_download() as caught:
            await self.page.get_by_role("link", name=link).first.click()
        held = await (await caught.value).path()
        return await asyncio.to_thread(held.read_bytes)


def filled(template: bytes, **wrong: object) -> tuple[bytes, dict[str, str]]:
    """The template with the quarter's figures typed in, and where each figure stands.

    `wrong` are values put in the place of right ones, by measure and period.
    """
    book = openpyxl.load_workbook(io.BytesIO(template))
    told = figures()
    by_key = {(one["measure"], one["period"]): one["value"] for one in told["readings"]}
    places: dict[str, str] = {}
    sheet = book["readings"]
    columns = {str(cell.value): n for n, cell in enumerate(sheet[1])}
    for row in sheet.iter_rows(min_row=2):
        measure = str(row[columns["measure"]].value)
        period = str(row[columns["period"]].value)
        if (measure, period) not in by_key:
            continue
        key = f"{measure}|{period}"
        cell = row[columns["value"]]
        cell.value = wrong.get(key, by_key[measure, period])  # pyright: ignore[reportAttributeAccessIssue]
        places[key] = f"row {cell.row}, column value"
    sheet = book["budget"]
    columns = {str(cell.value): n for n, cell in enumerate(sheet[1])}
    for name, pence in told["budget"][0].items():
        if name in columns and name != "element":
            sheet.cell(2, columns[name] + 1).value = pence
    made = io.BytesIO()
    book.save(made)
    return made.getvalue(), places


@pytest.mark.parametrize(("contract", "scripts"), [("q2", False), ("q3", True)])
async def test_the_quarter_from_what_is_due_to_the_card(
    browser: Browser, address: str, axe: str, quarter: Stage, contract: str, scripts: bool
) -> None:
    title = CONTRACTS[contract]
    at = f"/returns/{contract}/{PERIOD}"
    async with AsyncExitStack() as stack:

        async def walk(name: str, person: str) -> Walk:
            context = await stack.enter_async_context(
                signed_in(browser, address, person, java_script_enabled=scripts)
            )
            return Walk(await context.new_page(), axe if scripts else "", f"{contract}-{name}")

        maker = await walk("maker", MAKER)
        sent = await made(maker, title)
        await quarter.settle()
        await signed(await walk("signatory", SIGNATORY), title, sent)
        await quarter.settle()
        manager = await walk("manager", MANAGER)
        await asked(manager, at)
        await quarter.settle()
        await answered(maker, at, title)
        await quarter.settle()
        await judged(manager, at)
        await quarter.settle()
        await maker.go(f"/contracts/{contract}/report-card")
        card = await maker.text()
        assert "92" in card
        assert "version 1" in card.lower()
        await maker.looked_at("15-the-card")
        await maker.go(f"/contracts/{contract}#ratings")
        rated = maker.page.get_by_role("table", name="Ratings of this contract by period")
        assert "Children seen\tGood" in await rated.inner_text()


async def made(maker: Walk, title: str) -> bytes:
    """The template filled in, put right and sent for signature; the file that was sent."""
    await maker.go("/returns")
    await maker.looked_at("01-what-is-due")
    await maker.page.get_by_role("link", name=f"{title}: {WORDS}").click()
    await maker.looked_at("02-the-return")
    template = await maker.saved("the spreadsheet for this period")

    bad, places = filled(
        template, **{f"m-seen|{PERIOD}": "many", "m-wait|2027-28-M05": "three weeks"}
    )
    await handed(maker, bad, "Check the file")
    told = await maker.page.locator(".govuk-error-summary").inner_text()
    for place in (places[f"m-seen|{PERIOD}"], places["m-wait|2027-28-M05"]):
        assert place in told
    await maker.looked_at("03-two-wrong-cells")

    good, _ = filled(template)
    await handed(maker, good, "Check the file")
    assert "Nothing is wrong" in await maker.text()
    await maker.looked_at("04-checked")
    await handed(maker, good, "Send the file for signature")
    assert "Prepared, not yet handed in" in await maker.text()
    await maker.looked_at("05-prepared")
    return good


async def signed(signer: Walk, title: str, sent: bytes) -> None:
    await signer.go("/returns")
    assert title in await signer.page.locator("#waiting + div").inner_text()
    await signer.looked_at("06-waits-for-a-signature")
    await signer.page.get_by_role("link", name=f"{title}: {WORDS}").click()
    await signer.looked_at("07-to-sign")
    await signer.press("Sign and hand it in")
    assert "Signed and handed in" in await signer.text()
    await signer.looked_at("08-signed")
    receipt = json.loads(await signer.saved("Download the signed receipt of version 1"))
    verified(receipt, sent)


async def asked(manager: Walk, at: str) -> None:
    await manager.go(at)
    await manager.looked_at("09-to-judge")
    await manager.press("Send the question")
    assert "Write the question." in await manager.page.locator(".govuk-error-summary").inner_text()
    await manager.looked_at("10-nothing-was-asked")
    await manager.page.get_by_label("About").select_option("m-wait")
    await manager.page.get_by_role("textbox", name="Your question").fill("Why did waiting fall?")
    await manager.press("Send the question")


async def answered(maker: Walk, at: str, title: str) -> None:
    await maker.go("/returns")
    assert title in await maker.page.locator("#waiting + div").inner_text()
    await maker.go(at)
    await maker.looked_at("11-a-question")
    await maker.page.get_by_role("textbox", name="Your answer").fill(
        "A second worker began in September."
    )
    await maker.press("Send the answer")
    await maker.looked_at("12-answered")


async def judged(manager: Walk, at: str) -> None:
    await manager.go(at)
    assert "A second worker began" in await manager.text()
    await manager.page.get_by_role("checkbox", name="Children seen").check(force=True)
    await manager.press("Accept the measures ticked")
    assert "Accepted so far" in await manager.text()
    await manager.looked_at("13-a-part-accepted")
    await manager.press("Accept all that is left")
    assert "its figures stand" in await manager.text()
    await manager.looked_at("14-accepted")


async def handed(walk: Walk, content: bytes, button: str) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file: Any = {"name": "return.xlsx", "mimeType": kind, "buffer": content}
    await walk.page.get_by_label("CSV or XLSX file").set_input_files(file)
    await walk.press(button)


def verified(receipt: dict[str, str], sent: bytes) -> None:
    """As a provider would: with the key, the salt and the file that was sent, and no house."""
    text, signatures = opened_note(receipt["note"])
    key = parse_verifier(receipt["verifier"])
    assert any(key.has_signed(text, one) for one in signatures)
    salted = bytes.fromhex(receipt["salt"]) + sent
    assert text.endswith(f"sha256 {hashlib.sha256(salted).hexdigest()}\n")
    assert f"signed by {SIGNATORY}\n" in text
    assert f"prepared by {MAKER}\n" in text
    changed = hashlib.sha256(salted + b" ").hexdigest()
    assert changed not in text


class Keys:
    """A person who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def at(self) -> str:
        """What has the focus: its id, or its tag and words."""
        return await self.page.evaluate(
            "() => { const one = document.activeElement; return one.id ||"
            " `${one.tagName.toLowerCase()}:${(one.textContent || '').trim()}`; }"
        )

    async def to(self, *wanted: str) -> None:
        """Tab until one of these has the focus, and see that it shows."""
        for _ in range(MOST_TABS):
            found = await self.at()
            if any(one in (found, found.partition(":")[2]) for one in wanted):
                shown = await self.page.evaluate(
                    "() => { const style = getComputedStyle(document.activeElement);"
                    " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'"
                    " || style.backgroundColor !== 'rgba(0, 0, 0, 0)'; }"
                )
                assert shown, f"{found}: the focus does not show"
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {wanted}")

    async def write(self, field: str, words: str) -> None:
        await self.to(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(words)

    async def enter(self, *wanted: str) -> None:
        await self.to(*wanted)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def sign_in(self, address: str, person: str) -> None:
        await self.page.goto(f"{address}/sign-in")
        names: list[str] = await self.page.eval_on_selector_all(
            "input[type=radio]", "all => all.map(one => one.id)"
        )
        await self.to(names[0])
        for _ in names[: names.index(person)]:
            await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Space")
        assert await self.at() == person
        await self.enter("Sign in")


async def test_the_quarter_by_keys_alone(browser: Browser, address: str, quarter: Stage) -> None:
    title, at = CONTRACTS["q1"], f"{address}/returns/q1/{PERIOD}"
    maker = Keys(await (await browser.new_context()).new_page())
    await maker.sign_in(address, MAKER)
    await maker.enter("Review")
    await maker.enter("Returns")
    await maker.enter(f"{title}: {WORDS}")
    told = figures()
    for m, measure in enumerate(("m-seen", "m-wait"), 1):
        values = [one["value"] for one in told["readings"] if one["measure"] == measure]
        for p, value in enumerate(values, 1):
            await maker.write(f"m{m}-{p}-value", str(value))
    for name in ("budget_pence", "spent_pence", "forecast_pence"):
        await maker.write(f"b1-{name}", str(told["budget"][0][name] // 100))
    await maker.enter("Send it for signature")
    assert "Prepared, not yet handed in" in await maker.page.locator("main").inner_text()
    await quarter.settle()

    signer = Keys(await (await browser.new_context()).new_page())
    await signer.sign_in(address, SIGNATORY)
    await signer.enter("Review")
    await signer.enter("Returns")
    await signer.enter(f"{title}: {WORDS}")
    await signer.enter("Sign and hand it in")
    await quarter.settle()

    manager = Keys(await (await browser.new_context()).new_page())
    await manager.sign_in(address, MANAGER)
    await manager.page.goto(at)
    await manager.to("query-measure")
    await manager.page.keyboard.press("ArrowDown")
    await manager.write("query-text", "How many of them were new?")
    await manager.enter("Send the question")
    await quarter.settle()

    await maker.page.goto(at)
    for _ in range(MOST_TABS):
        if (await maker.at()).startswith("answer-"):
            break
        await maker.page.keyboard.press("Tab")
    await maker.page.keyboard.type("Forty of them.")
    await maker.enter("Send the answer")
    await quarter.settle()

    await manager.page.goto(at)
    assert "Forty of them." in await manager.page.locator("main").inner_text()
    await manager.to("accept-some-1")
    await manager.page.keyboard.press("Space")
    await manager.enter("Accept the measures ticked")
    await manager.enter("Accept all that is left")
    assert "its figures stand" in await manager.page.locator("main").inner_text()
    await quarter.settle()
    for keys in (maker, signer, manager):
        await keys.page.context.close()

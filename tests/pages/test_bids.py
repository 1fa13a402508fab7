"""Bids sealed in a real Chromium: nobody reads one before two officers open it.

Law: what a bidder types is in no request, no database, no log and no memory of the services until
the opening; page, command and library make and open the same envelopes.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import PIPE
from sys import executable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page
from typer.testing import CliRunner

from goldenthread.main import app
from shared.sealing.asking import key_body
from shared.sealing.envelopes import parse
from shared.sealing.keys import OpeningKey, from_base64, in_base64, panel, proves
from shared.sealing.sealing import Chance, NotOpened, opened, part_of, seal
from shared.testing.postgres import DatabaseServer, create_database
from tests.pages.bidding import BIDDER, MANAGER, OFFICERS, PROCURER, RIVAL, SECRETARY
from tests.pages.chromium import in_chromium
from tests.pages.test_in_a_browser import complaints, signed_in
from tests.shared.sealing import vectors

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    in_chromium,
]
MARK = f"we listen {uuid4().hex}"
PRICE = "245,678.90"
PENCE = 24_567_890


class Bidding:
    """The services in their own process, and where their words and data are."""

    def __init__(
        self, process: asyncio.subprocess.Process, said: Any, dsns: list[str], log: Path
    ) -> None:
        self.process, self.dsns, self.log = process, dsns, log
        self.address: str = said["address"]
        self.tenders: list[str] = said["tenders"]

    async def told(self, word: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{word}\n".encode())
        await self.process.stdin.drain()
        assert json.loads(await self.process.stdout.readline()) == {"done": word}

    def memory(self) -> bytes:
        """Everything the process may read and write of its own memory, joined."""
        pid, found = self.process.pid, bytearray()
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as mem:
            for line in maps:
                span, rights, *rest = line.split()
                if not rights.startswith("rw") or rest[-1:] == ["[vvar]"]:
                    continue
                low, high = (int(end, 16) for end in span.split("-"))
                mem.seek(low)
                found += mem.read(high - low) or b""
        return bytes(found)

    async def database(self) -> str:
        """Every row of every table, bytes as text where they are text."""
        found: list[str] = []
        for dsn in self.dsns:
            connection = await asyncpg.connect(dsn)
            tables = await connection.fetch(
                "select quote_ident(table_schema) || '.' || quote_ident(table_name) as name"
                " from information_schema.tables where table_type = 'BASE TABLE'"
                " and table_schema not in ('pg_catalog', 'information_schema')"
            )
            for table in tables:
                rows = await connection.fetch(f"select t::text as row from {table['name']} t")
                found += [row["row"] for row in rows]
            await connection.close()
        text = "\n".join(found)
        hexed = (bytes.fromhex(one) for one in re.findall(r"\\x((?:[0-9a-f]{2})+)", text))
        return text + "".join(one.decode("latin-1") for one in hexed)

    async def holding(self) -> list[str]:
        """Where the bidder's words are found, in whatever spelling."""
        await self.told("settle")
        spelt = (MARK, MARK.replace(" ", "+"), MARK.replace(" ", "%20"), str(PENCE), PRICE)
        memory, rows, log = self.memory(), await self.database(), self.log.read_text()
        places = {"memory": memory, "database": rows.encode(), "log": log.encode()}
        return [
            place for place, held in places.items() if any(one.encode() in held for one in spelt)
        ]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bidding(
    postgres_server: DatabaseServer, migrated_template: str, repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Bidding]:  # fmt: skip
    names = [f"bids_{uuid4().hex}" for _ in range(2)]
    dsns = [await create_database(postgres_server, name, migrated_template) for name in names]
    log = tmp_path_factory.mktemp("bids") / "services.log"
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            executable, "-m", "tests.pages.bidding", *dsns,
            stdin=PIPE, stdout=PIPE, stderr=written, cwd=repository,
        )  # fmt: skip
        assert process.stdout
        said = await asyncio.wait_for(process.stdout.readline(), 60)
        assert said, log.read_text()
        yield Bidding(process, json.loads(said), dsns, log)
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def _page(context: BrowserContext, path: str) -> Page:
    page = await context.new_page()
    answer = await page.goto(path)
    assert answer is not None
    assert answer.ok, await page.content()
    return page


async def _named(browser: Browser, bidding: Bidding, tender: str) -> None:
    async with signed_in(browser, bidding.address, PROCURER) as context:
        page = await _page(context, f"/bids/{tender}")
        for officer in OFFICERS:
            await page.locator(f"#officer-{officer}").check(force=True)
        await page.get_by_role("button", name="Name them").press("Enter")
        await page.wait_for_load_state()
        await bidding.told("settle")
        await page.goto(f"/bids/{tender}")
        shown = await page.locator("main").inner_text()
        assert "Board secretary, council (Alderbrook Council): no key yet" in shown
        assert f"{SECRETARY}:" not in shown


async def _key_made(browser: Browser, bidding: Bidding, tender: str, person: str, to: Path) -> Path:
    """An officer makes and registers a key by keyboard; the file that the browser saved."""
    async with signed_in(browser, bidding.address, person) as context:
        page = await _page(context, f"/bids/{tender}")
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Make my key").press("Enter")
        file = to / f"{person}.json"
        await (await saved.value).save_as(file)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.get_by_role("button", name="Register my key").press("Enter")
        await page.wait_for_load_state()
        assert not [one for one in sent if _private_of(file)[60:100] in one]
    await bidding.told("settle")
    return file


def _private_of(file: Path) -> str:
    return str(json.loads(file.read_text())["private"])


async def test_a_bid_typed_in_the_browser_is_nowhere_until_two_officers_open_it(
    browser: Browser, bidding: Bidding, axe: str, tmp_path: Path
) -> None:
    tender = bidding.tenders[0]
    await _named(browser, bidding, tender)
    files = {one: await _key_made(browser, bidding, tender, one, tmp_path) for one in OFFICERS}

    async with signed_in(browser, bidding.address, BIDDER) as context:
        page = await _page(context, f"/bids/{tender}")
        assert await complaints(page, axe) == []
        sent: list[str] = []
        page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
        await page.get_by_label("Price of a year").fill("lots")
        await page.get_by_role("button", name="Seal and hand in").press("Enter")
        assert "Enter the price" in await page.locator("#bid-told").inner_text()
        assert sent == []
        await page.get_by_label("Price of a year").fill(PRICE)
        await page.get_by_label("What you offer").fill(MARK)
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Seal and hand in").press("Enter")
        envelope = tmp_path / "bid.sealed"
        await (await saved.value).save_as(envelope)
        await page.wait_for_url(f"**/bids/{tender}")
        await bidding.told("settle")
        await page.goto(f"/bids/{tender}")
        assert "Golden Thread receipt of a sealed bid" in await page.locator("main").inner_text()
        assert await complaints(page, axe) == []
        answer = await context.request.get(
            str(await page.get_by_role("link", name="Save the receipt").get_attribute("href"))
        )
        receipt = tmp_path / "receipt.json"
        receipt.write_bytes(await answer.body())
        assert len([one for one in sent if "envelope=" in one]) == 1
        assert not [one for one in sent if MARK.split()[-1] in one or str(PENCE) in one]

    checked = CliRunner().invoke(app, ["verify-receipt", str(receipt), str(envelope)])
    assert checked.stdout.endswith("SOUND\n"), checked.stdout
    assert await bidding.holding() == []

    # one of the keys, as a conspiring officer might, and the envelope, do not open it
    held = parse(envelope.read_bytes())
    own = OpeningKey.read(files[SECRETARY].read_bytes())
    with pytest.raises(NotOpened):
        opened(held, {own.public: part_of(own, held)})


async def test_nothing_is_given_before_the_deadline_and_two_officers_open_after_it(
    browser: Browser, bidding: Bidding, axe: str, tmp_path: Path
) -> None:
    tender = bidding.tenders[1]
    await _named(browser, bidding, tender)
    files = {one: await _key_made(browser, bidding, tender, one, tmp_path) for one in OFFICERS}
    async with signed_in(browser, bidding.address, RIVAL) as context:
        page = await _page(context, f"/bids/{tender}")
        keys = await (await context.request.get(f"/v1/tenders/{tender}/opening-keys")).body()
    by_hand = await _sealed_by_command(tmp_path, keys, "northfield-care")
    async with signed_in(browser, bidding.address, RIVAL, java_script_enabled=False) as context:
        page = await _page(context, f"/bids/{tender}")
        assert "goldenthread seal-bid" in await page.locator("main").inner_text()
        assert not await page.get_by_label("Price of a year").is_visible()
        await page.get_by_label("Envelope", exact=True).fill("not an envelope")
        await page.get_by_role("button", name="Hand in the envelope").press("Enter")
        assert "Nothing was written" in await page.locator("main").inner_text()
        await page.get_by_label("Envelope", exact=True).fill(by_hand)
        await page.get_by_role("button", name="Hand in the envelope").press("Enter")
    await bidding.told("settle")
    assert await bidding.holding() == []

    async with signed_in(browser, bidding.address, SECRETARY) as context:
        page = await _page(context, f"/bids/{tender}")
        assert await page.get_by_role("button", name="Give").count() == 0
        refused = await context.request.get(f"/v1/tenders/{tender}/heads")
        assert (await refused.json())["code"] == "bids-still-sealed"
    await bidding.told("close")

    await _parts_given(browser, bidding, tender, SECRETARY, files[SECRETARY], axe)
    assert await bidding.holding() == []  # one officer and the operator have nothing
    async with signed_in(browser, bidding.address, PROCURER) as context:
        page = await _page(context, f"/bids/{tender}")
        assert await complaints(page, axe) == []
        await page.get_by_role("button", name="Open all bids").press("Enter")
        assert "another opening officer" in await page.locator("main").inner_text()
    await _without_scripts(browser, bidding, tender, files[MANAGER], tmp_path)
    async with signed_in(browser, bidding.address, PROCURER) as context:
        page = await _page(context, f"/bids/{tender}")
        await page.get_by_role("button", name="Open all bids").press("Enter")
        await bidding.told("settle")
        shown = await (await context.request.get(f"/v1/tenders/{tender}")).json()
        assert [one["annual_price_pence"] for one in shown["bids"]] == [PENCE]
        at = f"/v1/tenders/{tender}/bids/{shown['bids'][0]['bid']}/offer"
        assert (await (await context.request.get(at)).json())["statement"] == MARK
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.goto(f"/bids/{tender}")
            assert await complaints(page, axe) == []
    assert {"memory", "database"} <= set(await bidding.holding())  # so the search can find it


async def _sealed_by_command(folder: Path, keys: bytes, provider: str) -> str:
    (folder / "bid.json").write_text(json.dumps({"annual_price_pence": PENCE, "statement": MARK}))
    (folder / "keys.json").write_bytes(keys)
    said = CliRunner().invoke(
        app,
        ["seal-bid", str(folder / "bid.json"), str(folder / "keys.json"), str(folder / "out"),
         "--provider", provider, "--panel", json.loads(keys)["panel"]],
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    return (folder / "out.txt").read_text()


async def _parts_given(
    browser: Browser, bidding: Bidding, tender: str, person: str, key: Path, axe: str
) -> None:
    async with signed_in(browser, bidding.address, person) as context:
        page = await _page(context, f"/bids/{tender}")
        assert await complaints(page, axe) == []
        await page.get_by_role("button", name="Give my parts").press("Enter")
        assert "Choose the file" in await page.locator("#parts-told").inner_text()
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.get_by_label("The file with your key").set_input_files(key)
        async with page.expect_navigation():
            await page.get_by_role("button", name="Give my parts").press("Enter")
        assert [one for one in sent if "parts=" in one]
        assert not [one for one in sent if _private_of(key)[60:100] in one]
    await bidding.told("settle")


async def _without_scripts(
    browser: Browser, bidding: Bidding, tender: str, key: Path, folder: Path
) -> None:
    """The other officer uses the command, and pastes what it prints."""
    async with signed_in(browser, bidding.address, MANAGER, java_script_enabled=False) as context:
        page = await _page(context, f"/bids/{tender}")
        assert "goldenthread opening-parts" in await page.locator("main").inner_text()
        answer = await context.request.get(f"/v1/tenders/{tender}/heads")
        (folder / "heads.json").write_bytes(await answer.body())
        made = CliRunner().invoke(app, ["opening-parts", str(key), str(folder / "heads.json")])
        await page.get_by_label("Parts", exact=True).fill(made.stdout)
        await page.get_by_role("button", name="Give these parts").press("Enter")
    await bidding.told("settle")


@pytest.mark.parametrize("person", [PROCURER, SECRETARY, BIDDER])
async def test_every_page_is_whole_at_every_width(
    browser: Browser, bidding: Bidding, axe: str, person: str
) -> None:
    async with signed_in(browser, bidding.address, person) as context:
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in ("/bids", *(f"/bids/{one}" for one in bidding.tenders)):
            for width in (1280, 390):
                await page.set_viewport_size({"width": width, "height": 900})
                await page.goto(path)
                assert (path, width, await complaints(page, axe), said) == (path, width, [], [])


async def test_page_command_and_library_make_and_open_the_same_envelopes(
    browser: Browser, bidding: Bidding, tmp_path: Path
) -> None:
    told = vectors.made()
    keys = [one.public for one in vectors.OFFICERS]
    page = await (await browser.new_context(base_url=bidding.address)).new_page()
    await page.goto("/sign-in")
    made: Any = await page.evaluate(
        """async (told) => {
          const s = await import("/scripts/sealing.js");
          const raw = s.fromBase64;
          const hex = (h) => Uint8Array.from(h.match(/../g), (p) => parseInt(p, 16));
          const keys = told.officers.map((one) => raw(one.public));
          const content = new TextEncoder().encode(told.content);
          const chance = { pkcs8: raw(told.ephemeral_pkcs8), point: raw(told.point),
            secret: hex(told.secret), nonce: hex(told.nonce) };
          const same = await s.seal(content, told.tender, told.provider, keys, chance);
          const fresh = await s.seal(content, told.tender, told.provider, keys.toReversed());
          const head = raw(told.head);
          const parts = [];
          for (const one of told.officers) {
            const key = { point: raw(one.public), pkcs8: raw(one.private_pkcs8) };
            parts.push(s.inHex(await s.partOf(key, head)));
          }
          const key = await s.makeKey();
          let refused = "";
          try { await s.partOf(key, head); } catch (error) { refused = error.message; }
          return { same: s.inBase64(same), fresh: s.inBase64(fresh), parts, refused,
            panel: await s.panel(keys), file: key.file, body: await s.keyBody(key, "t1", "p-1") };
        }""",
        told
        | {
            "point": in_base64(vectors.CHANCE.ephemeral.public),
            "head": in_base64(parse(from_base64(told["envelope"])).head()),
        },
    )
    assert made["same"] == told["envelope"]
    assert made["parts"] == [one["part"] for one in told["officers"]]
    assert made["panel"] == told["panel"] == panel(keys)
    assert made["refused"] == "This bid is not sealed to this key."
    fresh = parse(from_base64(made["fresh"]))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        pair = [vectors.OFFICERS[n] for n in (first, second)]
        assert opened(fresh, {one.public: part_of(one, fresh) for one in pair}) == vectors.CONTENT
    key = OpeningKey.read(made["file"].encode())
    assert proves(from_base64(made["body"]["proof"]), "t1", "p-1", key.public)

    # the command's key and envelope, read by the page and the library
    file = tmp_path / "key.json"
    said = CliRunner().invoke(app, ["opening-key", str(file), "--tender", "t1", "--officer", "p-1"])
    by_command = OpeningKey.read(file.read_bytes())
    body = json.loads(said.stdout.splitlines()[-1])
    assert body["public"] == key_body(by_command, "t1", "p-1")["public"]
    assert proves(from_base64(body["proof"]), "t1", "p-1", by_command.public)
    again = CliRunner().invoke(app, ["opening-key", str(file), "--tender", "t", "--officer", "p"])
    assert again.exit_code == 2
    officers = [by_command.public, *keys[:2]]
    envelope = parse(seal(b"x", "t1", "acorn", officers, Chance(
        ephemeral=OpeningKey.made(), secret=bytes(32), nonce=bytes(12),
    )))  # fmt: skip
    part = await page.evaluate(
        """async ([file, head]) => {
          const s = await import("/scripts/sealing.js");
          return s.inHex(await s.partOf(s.readKey(file), s.fromBase64(head)));
        }""",
        [file.read_text(), in_base64(envelope.head())],
    )
    assert part == part_of(by_command, envelope).hex()
    await page.context.close()

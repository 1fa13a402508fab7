"""Pictures of a running house's main pages, as several demo persons see them, wide and narrow.

Law: it walks in by the front door, like anyone with a browser; it needs Debian's Chromium.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PERSONS = (
    ("commissioner", "p-7f3a"), ("contract-manager", "p-1c82"), ("finance", "p-4be1"),
    ("provider", "p-3f70"), ("signatory", "p-b8d5"), ("operator", "p-10d7"),
)  # fmt: skip
WIDTHS = (1280, 390)
HEIGHT = 900
STARTS = (
    "/",
    "/contracts",
    "/returns",
    "/variation",
    "/funds",
    "/notices",
    "/operations",
    "/about/notices",
)
FOLLOWED = (
    r"/contracts/[^/#?]+", r"/contracts/[^/#?]+/report-card", r"/funds/[^/#?]+",
    r"/funds/[^/#?]+/what-if", r"/funds/[^/#?]+/statements",
    r"/funds/[^/#?]+/statements/[^/#?]+/[^/#?]+",
    r"/threads/contract/[^/#?]+", r"/threads/need/[^/#?]+", r"/returns/[^/#?]+/[^/#?]+",
)  # fmt: skip
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


def chromium() -> str:
    """The system's browser. Raises NoBrowser."""
    found = shutil.which("chromium")
    if found is None:
        raise NoBrowser("install Debian's chromium")
    return found


def take(address: str, folder: Path, persons: Sequence[tuple[str, str]] = PERSONS) -> list[Path]:
    """Saves `<role>-<page>-<width>.png` for every main page each person may open.

    Raises NoBrowser.
    """
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for name, person in persons:
            found += _as_person(browser, address, folder, name, person)
        browser.close()
    return found


def _as_person(
    browser: Browser, address: str, folder: Path, name: str, person: str
) -> Iterator[Path]:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.check(f"#{person}", force=True)
    page.click("main button[type=submit]")
    for path in _pages(page):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(path)
            file = folder / f"{name}-{_called(path)}-{width}.png"
            page.screenshot(path=file, full_page=True)
            yield file
    context.close()


def _pages(page: Page) -> list[str]:
    """The pages this person may open, and of each kind of object the latest one met."""
    opened: list[str] = []
    kinds: dict[str, str] = {}
    waiting: list[str] = [*STARTS]
    while waiting:
        path = waiting.pop(0)
        response = page.goto(path)
        if response is None or not response.ok:
            continue
        opened.append(urlsplit(page.url).path)
        links: list[str] = page.eval_on_selector_all(
            "main a[href^='/']", "links => links.map(link => link.getAttribute('href'))"
        )
        for kind in FOLLOWED:
            met = next((link for link in reversed(links) if re.fullmatch(kind, link)), None)
            if met and kind not in kinds:
                kinds[kind] = met
                waiting.append(met)
    return list(dict.fromkeys(opened))


def _called(path: str) -> str:
    """A page's name for its file: the words of its address, without ids."""
    words = [part for part in path.split("/") if part and not re.search(r"\d", part)]
    objects = sum(bool(re.search(r"\d", part)) for part in path.split("/"))
    return "-".join([*words, *(["one"] if objects else [])]) or "home"

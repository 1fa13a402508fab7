"""The stages for tests of pages, built once, and a real browser to look at them with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from goldenthread.screenshots import ARGUMENTS
from shared.testing.postgres import DatabaseServer, create_database
from shared.testing.serving import served_here
from tests.pages.chromium import CHROMIUM
from tests.pages.needing import Needing, open_needing
from tests.pages.quarter import begin
from tests.pages.stage import Stage, open_stage
from tests.pages.tendering import Tendering, open_tendering


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(postgres_server: DatabaseServer, migrated_template: str) -> AsyncIterator[Stage]:
    """All houses on databases of their own. Tests that write use a return of their own."""
    names = [f"pages_{uuid4().hex}" for _ in range(4)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_stage(*databases) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def quarter(stage: Stage) -> AsyncIterator[Stage]:
    """The same stage, on which one provider owes the first returns of several more contracts."""
    await begin(stage)
    yield stage


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def axe(repository: Path) -> str:
    """The script that finds what some people could not use."""
    return (repository / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def needing(
    postgres_server: DatabaseServer, migrated_template: str, shared_material: Path
) -> AsyncIterator[Needing]:
    """The gateway and needs, with one open assessment of real figures."""
    gateway, needs = [
        await create_database(postgres_server, f"{name}_{uuid4().hex}", migrated_template)
        for name in ("gateway", "needs")
    ]
    async with open_needing(gateway, needs, shared_material / "reference") as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tendering(
    postgres_server: DatabaseServer, migrated_template: str
) -> AsyncIterator[Tendering]:
    names = [f"tendering_{uuid4().hex}" for _ in range(2)]
    databases = [await create_database(postgres_server, name, migrated_template) for name in names]
    async with open_tendering(*databases) as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tender_address(tendering: Tendering) -> AsyncIterator[str]:
    async with served_here(tendering.gateway.app) as at:
        yield at

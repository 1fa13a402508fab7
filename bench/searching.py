"""Searching many notices through the door, as somebody with one question after another does.

Law: what is timed is the whole request inside this process, with its token checked and its answer
written; the notices are real ones, told again under other numbers with their words mixed.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from urllib.parse import urlencode
from uuid import UUID

from bench import histories
from bench.ground import Ground
from bench.histories import Told
from bench.measuring import Contest, Goal, Tally, Wanted
from services.procurement.main import PLAN
from services.procurement.notices.events import NoticeImported, NoticeTerms, ReleaseSeen
from shared.published.terms import TextRef
from shared.testing.houses import Caller, open_house

ASKED = 400
FILL_SECONDS = 600.0
LIMIT = Goal(100, "at most")
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
RECORD = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
SERVICES = (
    "counselling", "speech", "language", "therapy", "nursery", "respite", "fostering", "mentoring",
    "advocacy", "health", "visiting", "school", "transport", "youth", "club", "early", "help",
    "autism", "assessment", "parenting", "residential", "care", "play", "mediation", "domestic",
    "abuse", "support", "oral", "tier", "two",
)  # fmt: skip
COMMON = ("services", "provision", "of", "for", "children", "and", "young", "people", "the")
PLACES = tuple(f"{name}{n}" for n in range(30) for name in ("Alder", "Beech", "Cedar", "Dale"))
CPV = ("85312300", "85121270", "80110000", "85311300", "98133110", "60130000", "85320000")


def told(notices: int) -> Iterator[Told]:
    """As many notices of contracts, each of its own process, the same ones each time."""
    chance = Random(1)  # noqa: S311 - the same notices each time
    for n in range(notices):
        words = [*chance.sample(SERVICES, 3), *chance.sample(COMMON, 4)]
        chance.shuffle(words)
        place = chance.choice(PLACES)
        at = SINCE + timedelta(minutes=n)
        terms = NoticeTerms(
            kind=chance.choice(("award", "award", "tender", "market-intelligence")),
            why="It has an award.",
            title=" ".join(words),
            buyer=f"GB-XYZ-{place}",
            buyer_name=f"{place} Council",
            cpv=(chance.choice(CPV),),
            value_pence=chance.randint(1_000_00, 5_000_000_00),
            published_at=at,
            suppliers=(f"GB-COH-{chance.randint(1, 4_000):08}",),
        )
        release = ReleaseSeen(release=f"r{n}", digest="d", dated=at)
        ocid = f"ocds-bench1-{n}"
        yield (
            f"notice/{ocid}",
            NoticeImported(
                ocid=ocid, releases=(release,), terms=terms, source="s", importing="i",
                record=RECORD,
            ),
        )  # fmt: skip


def questions() -> Iterator[str]:
    """What is asked: words rare and common, buyers, suppliers, codes, and several at once."""
    chance = Random(2)  # noqa: S311 - the same questions each time
    for n in range(ASKED):
        word, other = chance.sample(SERVICES, 2)
        yield urlencode(
            (
                {"text": word},
                {"text": f"{word} {other}"},
                {"text": f"children {word}", "kind": "award"},
                {"buyer": chance.choice(PLACES)},
                {"supplier": f"GB-COH-{chance.randint(1, 4_000):08}"},
                {"cpv": chance.choice(CPV)[: chance.randint(2, 8)], "text": other},
                {"text": f"{word} nothing-has-this"},
                {"buyer": chance.choice(PLACES), "text": word, "after": "ocds-bench1-5"},
            )[n % 8]
        )


@asynccontextmanager
async def filled(ground: Ground, notices: int) -> AsyncGenerator[Caller]:
    """Somebody who may search, at a house with so many notices."""
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(ground.database())
        await histories.write(dsn, lambda: told(notices), notices)
        house = await stack.enter_async_context(open_house(PLAN, dsn))
        if not await house.house.reached(PLAN.name, notices, FILL_SECONDS):
            raise AssertionError("the notices are not searchable yet")
        await house.house.pool.execute("analyze")
        yield house.caller("council", "pat", "procurement-officer")


async def run(ground: Ground, tally: Tally, wanted: Wanted) -> None:
    async with filled(ground, wanted.events) as caller:

        async def ours(path: str, share: float, queries: list[str]) -> float:
            taken: list[float] = []
            for query in queries:
                began = perf_counter()
                answer = await caller.get(f"{path}?{query}")
                taken.append((perf_counter() - began) * 1000)
                if answer.status_code != 200:
                    raise AssertionError(answer.text)
            return sorted(taken)[int(share * (len(taken) - 1))]

        asked = list(questions())
        for name, share in (("half within", 0.5), ("99 of 100 within", 0.99)):
            await tally.hold(
                Contest(
                    case=f"{wanted.events:,} notices searched, {name}",
                    ours=lambda share=share: ours("/v1/notices", share, asked),
                    goal=LIMIT,
                    unit="ms",
                )
            )
        narrow = [query for query in asked if "buyer" in query or "supplier" in query]
        await tally.hold(
            Contest(
                case=f"{wanted.events:,} notices, those found compared, 99 of 100 within",
                ours=lambda: ours("/v1/notices/comparison", 0.99, narrow),
                unit="ms",
            )
        )

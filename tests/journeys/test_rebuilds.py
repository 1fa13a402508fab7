"""Every view of every service can be dropped and made again, row for row, while others read."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

from goldenthread.demo.cast import COMMISSIONER, FINANCE
from tests.journeys.playing import Played
from tests.journeys.rebuilding import differing, every_view, rows


def reading(played: Played, done: Signal) -> Counter[tuple[str, int, str]]:
    """Reads views of four services without a pause; counts each answer by what it said."""
    contract, fund = played.story.contracts["early-help"], played.story.fund
    paths = (
        f"/v1/ledgers/{fund}?year=2026-27",
        f"/v1/contract-views/{contract}",
        f"/v1/contracts/{contract}",
        f"/v1/funds/{fund}/years/2026-27",
        f"/v1/returns/{contract}/2026-27-Q1",
        f"/v1/partnerships/{played.story.partnership}",
    )
    found: Counter[tuple[str, int, str]] = Counter()
    while not done.is_set():
        for path in paths:
            who = FINANCE if "partnership" not in path else COMMISSIONER
            answer = played.asked(who, "GET", path)
            found[path, answer.status_code, answer.text] += 1
    return found


def test_every_view_is_rebuilt_to_identical_rows_while_reads_go_on(played: Played) -> None:
    assert len(list(every_view())) > 40
    assert rows(played) > 150
    done = Signal()
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(reading, played, done)
        try:
            assert differing(played) == []
        finally:
            done.set()
        answers = reader.result(60)
    assert {status for _, status, _ in answers} == {200}
    assert len(answers) == 6, "each address said the same at every moment"
    assert min(answers.values()) > 3

"""The made histories are ones that the real views take: what is timed is folding, not parking."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest

from bench.histories import TODAY
from bench.views import CASES, Case
from shared.eventsourcing.events import Envelope, Meta, Recorded, type_of
from shared.eventsourcing.views import parted

EVENTS = 700  # some funds, and contracts enough, each with its whole year


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_view_takes_every_event_it_hears_of(case: Case) -> None:
    rows: dict[str, Any] = {}
    lines = 0
    for number, (stream, event) in enumerate(islice(case.told(), EVENTS), 1):
        if type(event) not in case.view.events:
            continue
        recorded = Recorded(
            event,
            Envelope(
                position=number,
                publication=number,
                epoch=1,
                stream=stream,
                version=1,
                type=type_of(type(event)),
                event_id=uuid4(),
                command_id=uuid4(),
                partition_key=stream,
                body=b"",
                meta=Meta(),
                effective_on=TODAY,
                recorded_at=datetime(2025, 4, 1, tzinfo=UTC),
            ),
        )
        key = case.view.key(recorded)
        if key is not None:
            rows[key], emitted = parted(case.view.fold(rows.get(key), recorded))
            lines += len(emitted)

    assert len(rows) > 4
    assert lines > EVENTS // 2

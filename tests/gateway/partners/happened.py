"""The story told straight to the writing of logs, source by source, in whatever order one likes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from services.gateway.partners.facts import Facts
from services.gateway.partners.writing import CODEC, Heard, Line, Writing
from shared.eventsourcing.events import Envelope, Meta, Published, Recorded, type_of
from shared.published import contracts, needs
from tests.gateway import story

SPACE = UUID(int=7)

JOINED = needs.PartnerJoined(
    partnership="p1", agency="trust", kind="nhs-trust", name="Trust", effective_on=story.DAY
)
LEFT = needs.PartnerLeft(partnership="p1", agency="icb", effective_on=story.DAY)
ENDED = contracts.ContractCompleted(contract="c2", effective_on=story.DAY)

NEEDS: tuple[tuple[str, Published], ...] = (
    ("partnership/p1", story.FORMED),
    ("partnership/p2", story.OTHERS_FORMED),
    ("assessment/a1", story.ASSESSED),
    ("strategy/st1", story.STRATEGY),
    ("meeting/m1", story.DECIDED),
    ("meeting/m1", story.AUTHORITY),
    ("specification/s1", story.SPECIFIED),
)
PROCUREMENT: tuple[tuple[str, Published], ...] = (
    ("provider/acorn", story.REGISTERED),
    ("tender/t1", story.OPENED),
    ("tender/t1", story.CONFIRMED),
    ("tender/t2", story.SECOND_TENDER),
)
CONTRACTS: tuple[tuple[str, Published], ...] = (
    ("fund/f1:2026-27", story.AGREEMENT),
    ("fund/f1:2026-27", story.FUND_OPENED),
    ("fund/f1:2026-27", story.RISK_SHARE),
    ("fund/f1:2026-27", story.CONTRIBUTIONS[0]),
    ("contract/c1", story.SIGNED),
    ("contract/c2", story.OTHERS_SIGNED),
    ("contract/c1", story.VARIED),
    ("contract/c1", story.CERTIFIED),
    ("contract/c1", story.PAID),
    ("contract/c2", ENDED),
)
MONITORING: tuple[tuple[str, Published], ...] = (
    ("return/c1:2026-27-Q1", story.Q1),
    ("return/c1:2026-27-Q1", story.submitted(1, *story.READINGS)),
    ("return/c1:2026-27-Q1", story.accepted(1, *story.READINGS)),
    ("flag/fl1", story.FLAGGED),
    ("incident/i1", story.INCIDENT),
)
SOURCES: Mapping[str, Sequence[tuple[str, Published]]] = {
    "needs": NEEDS,
    "procurement": PROCUREMENT,
    "contracts": CONTRACTS,
    "monitoring": MONITORING,
}


def heard(source: str, number: int, stream: str, event: Published) -> Heard:
    type = type_of(event.__class__)
    envelope = Envelope(
        position=number, publication=number, epoch=1, stream=stream, version=number, type=type,
        event_id=uuid5(SPACE, f"{source} {number}"), command_id=uuid5(SPACE, "command"),
        partition_key=stream.partition("/")[2], body=CODEC.encode(event), meta=Meta(),
        effective_on=getattr(event, "effective_on", story.DAY),
        recorded_at=story.datetime(2026, 4, 1, 9, tzinfo=story.UTC),
    )  # fmt: skip
    return Heard(source, number, Recorded(event, envelope))


def told(sources: Mapping[str, Sequence[tuple[str, Published]]], order: Iterable[str]) -> Writing:
    """Each name in the order takes the next event of that source."""
    writing = Writing(Facts(), ())
    numbers = dict.fromkeys(sources, 0)
    for source in order:
        stream, event = sources[source][numbers[source]]
        numbers[source] += 1
        writing.take(heard(source, numbers[source], stream, event))
    return writing


def one_after_another(sources: Mapping[str, Sequence[tuple[str, Published]]]) -> list[str]:
    return [source for source, events in sources.items() for _ in events]


def lines_of(writing: Writing, agency: str) -> list[Line]:
    return [line for line in writing.lines if line.agency == agency]


def events_of(writing: Writing, agency: str) -> list[Published]:
    events = [CODEC.decode(line.type, line.body) for line in lines_of(writing, agency)]
    return [event for event in events if isinstance(event, Published)]

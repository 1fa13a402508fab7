"""A service's whole life as the four services publish it, and the record made of it in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, cast
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from services.gateway.contract_views.reading import leaving
from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS
from services.gateway.public_record.agreed import AGREED
from services.gateway.public_record.chosen import CHOSEN
from services.gateway.public_record.joining import Process, directory_of, joined, waits
from services.gateway.public_record.planned import PLANNED
from services.gateway.public_record.views import RELEASES, VIEWS
from shared.eventsourcing.events import Envelope, Meta, Published, Recorded, type_of
from shared.eventsourcing.views import View, parted
from shared.published import contracts, monitoring, needs, procurement
from shared.published.terms import Clause, ContractTerms, Reading, TargetFrom
from tests.gateway import story

Json = dict[str, Any]
PREFIX = "ocds-213czf"
TENDER = f"{PREFIX}-tender-t1"
DIRECT = f"{PREFIX}-award-w9"
SPECIFICATION = f"{PREFIX}-specification-s1"

COUNCIL_TEAM = procurement.ProviderRegistered(
    provider="beech", name="Beech Limited", form="private", small=False,
    identifiers={"GB-ODS": "B1", "GB-COH": "01234567"},
)  # fmt: skip
OPENED = replace(
    story.OPENED,
    criteria=(
        procurement.Criterion(
            criterion="k1", title="Price", kind="price", weight_basis_points=4_000
        ),
        procurement.Criterion(
            criterion="k2", title="Young people's panel", kind="social-value",
            weight_basis_points=6_000,
        ),
    ),
)  # fmt: skip
ANSWERED = procurement.QuestionAnswered(
    tender="t1", question="q1", asked=story.TEXT, answer=story.TEXT
)
BIDS_OPENED = procurement.BidsOpened(tender="t1", opened_by="p-secret", bids=3, late=1)
AWARDED = procurement.TenderAwarded(
    tender="t1", partnership="p1", bid="b1", provider="acorn", score_basis_points=8_100,
    annual_price_pence=90_000_00, awarded_by="p-secret",
    awarded_at=datetime(2026, 5, 20, tzinfo=UTC),
)  # fmt: skip
NOTICED = procurement.AwardNoticePublished(
    tender="t1", notice="n-1", published_on=date(2026, 5, 21),
    standstill_ends_at=datetime(2026, 6, 2, 22, 59, 59, tzinfo=UTC),
)  # fmt: skip
REPRESENTED = procurement.RepresentationMade(
    tender="t1", representation="rep-1", by="beech", grounds=story.TEXT
)
RESOLVED = procurement.RepresentationResolved(
    tender="t1", representation="rep-1", upheld=False, reason=story.TEXT,
    standstill_ends_at=datetime(2026, 6, 9, 22, 59, 59, tzinfo=UTC),
)  # fmt: skip
ENDED = procurement.StandstillEnded(tender="t1", ended_at=datetime(2026, 6, 10, 1, tzinfo=UTC))
CANCELLED = procurement.TenderCancelled(tender="t2", reason=story.TEXT)
DIRECTLY = procurement.DirectAwardMade(
    award="w9", partnership="p1", specification="s1", procuring="council", provider="beech",
    annual_price_pence=10_000_00, section="Procurement Act 2023 s.41; Sch. 5 para 15",
    reason=story.TEXT, awarded_by="p-secret",
)  # fmt: skip

TERMS: ContractTerms = replace(
    story.terms(),
    measures=(
        replace(
            story.HELPED,
            counted="children who say they feel safer",
            out_of="children asked",
            targets=(TargetFrom(from_period="2026-27-Q3", target=Decimal(85)),),
        ),
        story.SEEN,
    ),
)
SIGNED = contracts.ContractSigned(
    contract="c1", terms=TERMS, signed_by="p-secret", effective_on=date(2026, 6, 15)
)
VARIED = contracts.ContractVaried(
    contract="c1",
    terms=replace(TERMS, commitments={"2026/27": 96_000_00}, measures=TERMS.measures[:1]),
    commitment_changes={"2026/27": 6_000_00}, reason=story.TEXT, varied_by="p-secret",
    effective_on=date(2026, 7, 1),
)  # fmt: skip
BEECH_SIGNED = contracts.ContractSigned(
    contract="c9", signed_by="p-secret", effective_on=date(2026, 6, 16),
    terms=replace(story.terms("beech", 10_000_00, "w9"), review=Clause(clause="9")),
)  # fmt: skip
TERMINATED = contracts.ContractTerminated(
    contract="c1", fund="f1", clause="30", impact_assessment="ia-1", terminated_by="p-secret",
    effective_on=date(2026, 12, 31),
)  # fmt: skip
LAST_PAID = replace(
    story.PAID, payment="pay-2", amount_pence=1_000_50, effective_on=date(2027, 1, 15)
)
UPHELD = monitoring.FlagUpheld(flag="fl1", contract="c1", reason=story.TEXT, upheld_by="p-secret")
DISMISSED = monitoring.UnderperformanceFlagged(
    flag="fl2", contract="c1", partnership="p1", provider="acorn", commissioner="council",
    measure="m-seen", rule="threshold", raised_at=datetime(2026, 7, 15, 10, tzinfo=UTC),
)  # fmt: skip
SMALL: tuple[Reading, ...] = (
    story.reading("m-helped", 80, 24, 30), story.reading("m-seen", 5),
)  # fmt: skip

WHOLE: tuple[tuple[str, Published], ...] = (
    ("needs", story.FORMED),
    ("needs", story.ASSESSED),
    ("needs", story.STRATEGY),
    ("needs", story.SPECIFIED),
    ("procurement", story.REGISTERED),
    ("procurement", COUNCIL_TEAM),
    ("procurement", OPENED),
    ("procurement", ANSWERED),
    ("procurement", BIDS_OPENED),
    ("procurement", AWARDED),
    ("procurement", NOTICED),
    ("procurement", REPRESENTED),
    ("procurement", RESOLVED),
    ("procurement", ENDED),
    ("procurement", story.CONFIRMED),
    ("procurement", story.SECOND_TENDER),
    ("procurement", CANCELLED),
    ("procurement", DIRECTLY),
    ("contracts", SIGNED),
    ("contracts", BEECH_SIGNED),
    ("monitoring", story.accepted(1, *story.READINGS)),
    ("monitoring", story.FLAGGED),
    ("monitoring", DISMISSED),
    ("contracts", VARIED),
    ("contracts", story.PAID),
    ("monitoring", UPHELD),
    ("monitoring", story.restated(2, *SMALL)),
    ("contracts", TERMINATED),
    ("contracts", LAST_PAID),
    ("needs", needs.SpecificationWithdrawn(
        specification="s1", partnership="p1", reason=story.TEXT
    )),
)  # fmt: skip
"""From assessment to the end of the contract, in the order in which it was recorded."""


class Heard(NamedTuple):
    """An event as one log tells it."""

    source: str
    recorded: Recorded


def heard(
    events: Iterable[tuple[str, Published]], step: timedelta = timedelta(hours=1)
) -> list[Heard]:
    """The events as recorded one after the other from 1 April 2026, `step` apart."""
    found: list[Heard] = []
    numbers: dict[str, int] = {}
    for n, (source, event) in enumerate(events):
        numbers[source] = numbers.get(source, 0) + 1
        at = datetime(2026, 4, 1, 9, tzinfo=UTC) + n * step
        envelope = Envelope(
            position=numbers[source], publication=numbers[source], epoch=1, stream="of/one",
            version=n + 1, type=type_of(type(event)),
            event_id=uuid5(NAMESPACE_URL, f"{source}/{numbers[source]}"),
            command_id=uuid5(NAMESPACE_URL, f"command/{n}"), partition_key="", body=b"",
            meta=Meta(), effective_on=at.date(), recorded_at=at,
        )  # fmt: skip
        found.append(Heard(source, Recorded(event, envelope)))
    return found


def folded(view: View[Any], told: Sequence[Heard]) -> tuple[dict[str, Any], list[Any]]:
    """What a view makes of the events of its source: its rows and the lines it emits."""
    rows: dict[str, Any] = {}
    lines: list[Any] = []
    for source, recorded in told:
        if source != view.source or not isinstance(recorded.event, view.events):
            continue
        key = view.key(recorded)
        if key is not None:
            rows[key], emitted = parted(view.fold(rows.get(key), recorded))
            lines += cast(Sequence[Any], emitted)
    return rows, lines


def of_contract(contract: str, lines: Iterable[Any]) -> list[Any]:
    return [line for line in lines if line.event.contract == contract]


def releases(told: Sequence[Heard]) -> dict[str, list[Json]]:
    """By ocid, the releases of what was heard, each joined as the doors join it."""
    rows = {view.name: folded(view, told) for view in VIEWS}
    chosen, agreed = rows[CHOSEN.name][0], rows[AGREED.name][0]
    of_award = {row.award: key for key, row in chosen.items() if row.award}
    directory = directory_of([row for view in VIEWS[-2:] for row in rows[view.name][0].values()])
    facts = folded(CONTRACT_FACTS, told)[1], folded(MONITORING_FACTS, told)[1]
    found: dict[str, list[Json]] = {}
    for view in RELEASES:
        for line in rows[view.name][1]:
            process = Process(subject=line.subject)
            if view not in (PLANNED, CHOSEN):
                row = agreed[line.subject.partition("/")[2]]
                decided = leaving(*(of_contract(row.contract, lines) for lines in facts))
                process = Process(
                    subject=of_award[row.award], measures=row.measures, decided=decided
                )
            assert not waits(line, process)
            release = joined(line, process, directory, PREFIX)
            sent = json.loads(msgspec.json.encode(release))
            found.setdefault(sent["ocid"], []).append(sent)
    for of_process in found.values():
        of_process.sort(key=lambda release: release["date"])
    return found

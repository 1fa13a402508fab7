"""Facts of a reconciliation, for tests that begin in the middle."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from services.gateway.reconciliations import commands
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import (
    Account,
    ExtractTaken,
    ExtractUploaded,
    FileTaken,
    Marked,
    MatchingStarted,
    SideTaken,
)
from services.gateway.reconciliations.lines import Settings, Side
from services.gateway.reconciliations.mapping import ColumnMapping
from services.gateway.reconciliations.matching import Found
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 5, 2, 9, tzinfo=UTC)
IDA, BEN, CFO = "p-ida", "p-ben", "p-cfo"
TEXT = TextRef(text=UUID(int=5), digest="d5")
BOOKS = Account(
    partnership="p1", fund="f1", account="Assets:Pool:Bank", source="bank", agency="council"
)
MAPPING = ColumnMapping(date="Date", amount="Amount", reference="Reference")
UPLOADED = ExtractUploaded(
    reconciliation="r1",
    account=BOOKS,
    file=FileTaken(kind="csv", sha256="ab" * 32, bytes=120, file=TEXT),
    uploaded_by=IDA,
    uploaded_at=NOW,
)
TAKE = commands.TakeExtract(
    mapping=MAPPING,
    from_on=date(2026, 4, 1),
    to_on=date(2026, 4, 30),
    previous="",
    stated_rows=3,
    stated_total_pence=891,
    rows=3,
    control_total_pence=891,
    opening_pence=0,
    before_pence=None,
    journal_to=12,
    last_number=3,
    ours=SideTaken(lines=TEXT, count=4, total_pence=1000, carried=0, balance_pence=1000),
    theirs=SideTaken(lines=TEXT, count=3, total_pence=891, carried=0, balance_pence=891),
    taken_by=IDA,
)
"""Ours 500, 300, 100 and 100; theirs 500, 291 and 100."""

TAKEN = ExtractTaken(
    account=BOOKS,
    mapping=MAPPING,
    from_on=TAKE.from_on,
    to_on=TAKE.to_on,
    previous="",
    rows=3,
    control_total_pence=891,
    journal_to=12,
    last_number=3,
    ours=TAKE.ours,
    theirs=TAKE.theirs,
    taken_by=IDA,
)
OURS = {1: 500, 2: 300, 3: 100, 4: 100}
THEIRS = {1: 500, 2: 291, 3: 100}
START = commands.StartMatching(run="run1", settings=Settings(), started_by=IDA, now=NOW)
STARTED = MatchingStarted(run="run1", settings=Settings(), started_by=IDA, started_at=NOW)
FOUND = commands.RecordMatches(
    run="run1",
    found=(
        Found(rule="exact", ours=(1,), theirs=(1,)),
        Found(rule="window", ours=(3,), theirs=(3,)),
        Found(rule="amount", ours=(2,), theirs=(2,), reason="transposition"),
    ),
    ours=OURS,
    theirs=THEIRS,
)


def taken() -> Scenario:
    return Scenario(RECONCILIATIONS, UPLOADED, TAKEN)


def found() -> Scenario:
    """One match confirmed itself as number 1, 2 and 3 are proposed; our line 4 is open."""
    return taken().when_done(START, FOUND)


def settled() -> Scenario:
    """Every line explained."""
    return found().when_done(
        commands.AcceptMatches(matches=(2, 3), owner=BEN, accepted_by=IDA),
        commands.MarkLines(kind="timing", lines=(marked(4),), marked_by=IDA),
    )


def marked(number: int, side: Side = "ours") -> Marked:
    pence = OURS[number] if side == "ours" else THEIRS[number]
    return Marked(side=side, number=number, amount_pence=pence)

"""What may be asked of a reconciliation; amounts are those of the lines, which never change."""

from __future__ import annotations

from datetime import date, datetime

from services.gateway.reconciliations.events import Account, FileTaken, Marked, MarkKind, SideTaken
from services.gateway.reconciliations.lines import Settings
from services.gateway.reconciliations.mapping import ColumnMapping
from services.gateway.reconciliations.matching import Found
from shared.eventsourcing.commands import Command
from shared.published.terms import PersonId, TextRef


class UploadExtract(Command, frozen=True, kw_only=True):
    reconciliation: str
    account: Account
    file: FileTaken
    uploaded_by: PersonId
    now: datetime


class TakeExtract(Command, frozen=True, kw_only=True):
    """The `stated` figures are what the person says the file should hold; `before_pence` is the
    other side's balance at the end of the former reconciliation, None where there was none.
    """

    mapping: ColumnMapping
    from_on: date
    to_on: date
    previous: str
    stated_rows: int
    stated_total_pence: int
    rows: int
    control_total_pence: int
    opening_pence: int
    before_pence: int | None
    journal_to: int
    last_number: int
    ours: SideTaken
    theirs: SideTaken
    taken_by: PersonId


class StartMatching(Command, frozen=True, kw_only=True):
    run: str
    settings: Settings
    started_by: PersonId
    now: datetime


class RecordMatches(Command, frozen=True, kw_only=True):
    """What a run found. `ours` and `theirs` have the amounts of the lines found, by number."""

    run: str
    found: tuple[Found, ...]
    ours: dict[int, int]
    theirs: dict[int, int]


class RecordFailure(Command, frozen=True, kw_only=True):
    run: str
    why: str


class AcceptMatches(Command, frozen=True, kw_only=True):
    """`rule` accepts everything that rule has proposed."""

    matches: tuple[int, ...] = ()
    rule: str = ""
    owner: PersonId = ""
    accepted_by: PersonId


class RefuseMatches(Command, frozen=True, kw_only=True):
    matches: tuple[int, ...] = ()
    rule: str = ""
    refused_by: PersonId


class MatchByHand(Command, frozen=True, kw_only=True):
    """`ours` and `theirs` are lines by number with their amounts."""

    ours: dict[int, int]
    theirs: dict[int, int]
    owner: PersonId = ""
    reason: TextRef | None = None
    matched_by: PersonId


class UndoMatches(Command, frozen=True, kw_only=True):
    matches: tuple[int, ...]
    undone_by: PersonId


class MarkLines(Command, frozen=True, kw_only=True):
    kind: MarkKind
    lines: tuple[Marked, ...]
    owner: PersonId = ""
    reason: TextRef | None = None
    marked_by: PersonId


class RemoveMarks(Command, frozen=True, kw_only=True):
    lines: tuple[Marked, ...]
    removed_by: PersonId


class ParkInSuspense(Command, frozen=True, kw_only=True):
    owner: PersonId
    reason: TextRef
    parked_by: PersonId


class ApproveSuspense(Command, frozen=True, kw_only=True):
    approved_by: PersonId


class Prepare(Command, frozen=True, kw_only=True):
    prepared_by: PersonId
    now: datetime


class GiveBack(Command, frozen=True, kw_only=True):
    reason: TextRef
    returned_by: PersonId


class SignOff(Command, frozen=True, kw_only=True):
    reviewed_by: PersonId
    now: datetime


class Discard(Command, frozen=True, kw_only=True):
    discarded_by: PersonId


class EngageAccount(Command, frozen=True, kw_only=True):
    reconciliation: str
    sha256: str


class ReleaseAccount(Command, frozen=True, kw_only=True):
    reconciliation: str
    signed_off: bool


ReconciliationCommand = (
    UploadExtract
    | TakeExtract
    | StartMatching
    | RecordMatches
    | RecordFailure
    | AcceptMatches
    | RefuseMatches
    | MatchByHand
    | UndoMatches
    | MarkLines
    | RemoveMarks
    | ParkInSuspense
    | ApproveSuspense
    | Prepare
    | GiveBack
    | SignOff
    | Discard
)
AccountCommand = EngageAccount | ReleaseAccount

"""The facts of a reconciliation; all are the gateway's own and none is published.

Law: an extract's rows are never in an event; they lie in the deletable store, and the event has
their hash, their count and their total.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.gateway.reconciliations.lines import Match, Rule, Settings, Side
from services.gateway.reconciliations.mapping import ColumnMapping
from services.gateway.reconciliations.statement import Statement
from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, FundId, PartnershipId, PersonId, Term, TextRef

MarkKind = Literal["timing", "error"]
FailureReason = Literal["lines-erased", "too-long", "failed"]


class Account(Term, frozen=True, kw_only=True):
    """Whose books of which fund's account are held against which source's extracts."""

    partnership: PartnershipId
    fund: FundId
    account: str
    source: str
    agency: AgencyId


class FileTaken(Term, frozen=True, kw_only=True):
    """A file as it came: `sha256` of its bytes, and where it lies."""

    kind: Literal["csv", "xlsx"]
    sha256: str
    bytes: int
    file: TextRef


class SideTaken(Term, frozen=True, kw_only=True):
    """One side's lines: how many, their total, and where they lie.

    `carried` of them were outstanding before; `balance_pence` is the side's balance on the last
    day.
    """

    lines: TextRef
    count: int
    total_pence: int
    carried: int
    balance_pence: int


class Marked(Term, frozen=True, kw_only=True):
    """A line set aside by itself."""

    side: Side
    number: int
    amount_pence: int


class ExtractUploaded(Event, frozen=True, kw_only=True, tag="gateway.extract-uploaded.v1"):
    """A file came in to be reconciled; what its columns say is not settled yet."""

    reconciliation: str
    account: Account
    file: FileTaken
    uploaded_by: PersonId
    uploaded_at: datetime


class ExtractTaken(Event, frozen=True, kw_only=True, tag="gateway.extract-taken.v1"):
    """The columns were confirmed and both sides' lines stand, from now on unchanged.

    `journal_to` is the number of the fund's last journal line known; `rows` and
    `control_total_pence` are the file's own; `last_number` is the highest of their side so far.
    """

    account: Account
    mapping: ColumnMapping
    from_on: date
    to_on: date
    previous: str
    rows: int
    control_total_pence: int
    journal_to: int
    last_number: int
    ours: SideTaken
    theirs: SideTaken
    taken_by: PersonId


class MatchingStarted(Event, frozen=True, kw_only=True, tag="gateway.matching-started.v1"):
    """A run of the rules began; what was proposed before and not decided is withdrawn."""

    run: str
    settings: Settings
    started_by: PersonId
    started_at: datetime


class LinesMatched(Event, frozen=True, kw_only=True, tag="gateway.lines-matched.v1"):
    """Some of what a run found and what confirms itself."""

    run: str
    matches: tuple[Match, ...]


class MatchesProposed(Event, frozen=True, kw_only=True, tag="gateway.matches-proposed.v1"):
    """Some of what a run found and what a person decides."""

    run: str
    matches: tuple[Match, ...]


class MatchingFinished(Event, frozen=True, kw_only=True, tag="gateway.matching-finished.v1"):
    """A run is over: how many matches each rule found."""

    run: str
    found: dict[Rule, int]


class MatchingFailed(Event, frozen=True, kw_only=True, tag="gateway.matching-failed.v1"):
    """A run came to nothing and changed nothing."""

    run: str
    why: FailureReason


class MatchesAccepted(Event, frozen=True, kw_only=True, tag="gateway.matches-accepted.v1"):
    """A person confirmed proposals; `owner` puts right what differs in them."""

    matches: tuple[int, ...]
    owner: PersonId = ""
    accepted_by: PersonId


class MatchesRefused(Event, frozen=True, kw_only=True, tag="gateway.matches-refused.v1"):
    """A person said that these do not belong together; they are not proposed again."""

    matches: tuple[int, ...]
    refused_by: PersonId


class LinesMatchedByHand(Event, frozen=True, kw_only=True, tag="gateway.lines-matched-by-hand.v1"):
    match: Match
    owner: PersonId = ""
    reason: TextRef | None = None
    matched_by: PersonId


class MatchesUndone(Event, frozen=True, kw_only=True, tag="gateway.matches-undone.v1"):
    matches: tuple[int, ...]
    undone_by: PersonId


class LinesMarked(Event, frozen=True, kw_only=True, tag="gateway.lines-marked.v1"):
    """Lines of one side alone, and why: the other side has them later, or they are an error that
    `owner` puts right.
    """

    kind: MarkKind
    lines: tuple[Marked, ...]
    owner: PersonId = ""
    reason: TextRef | None = None
    marked_by: PersonId


class MarksRemoved(Event, frozen=True, kw_only=True, tag="gateway.marks-removed.v1"):
    lines: tuple[Marked, ...]
    removed_by: PersonId


class ParkedInSuspense(Event, frozen=True, kw_only=True, tag="gateway.parked-in-suspense.v1"):
    """What nobody can explain is set aside under an owner, until a line of it moves."""

    amount_pence: int
    lines: int
    owner: PersonId
    reason: TextRef
    parked_by: PersonId


class SuspenseApproved(Event, frozen=True, kw_only=True, tag="gateway.suspense-approved.v1"):
    approved_by: PersonId


class ReconciliationPrepared(
    Event, frozen=True, kw_only=True, tag="gateway.reconciliation-prepared.v1"
):
    statement: Statement
    prepared_by: PersonId
    prepared_at: datetime


class ReconciliationReturned(
    Event, frozen=True, kw_only=True, tag="gateway.reconciliation-returned.v1"
):
    """The reviewer gave it back; it is open again."""

    reason: TextRef
    returned_by: PersonId


class ReconciliationSignedOff(
    Event, frozen=True, kw_only=True, tag="gateway.reconciliation-signed-off.v1"
):
    """Reviewed by another person than its preparer: nothing of it changes any more."""

    statement: Statement
    reviewed_by: PersonId
    reviewed_at: datetime


class ReconciliationDiscarded(
    Event, frozen=True, kw_only=True, tag="gateway.reconciliation-discarded.v1"
):
    discarded_by: PersonId


class AccountEngaged(Event, frozen=True, kw_only=True, tag="gateway.account-engaged.v1"):
    """An account has a reconciliation open, of a file that has not come before."""

    reconciliation: str
    sha256: str


class AccountReleased(Event, frozen=True, kw_only=True, tag="gateway.account-released.v1"):
    """The account's reconciliation ended: `signed_off`, or discarded as if it had not been."""

    reconciliation: str
    signed_off: bool


ReconciliationEvent = (
    ExtractUploaded
    | ExtractTaken
    | MatchingStarted
    | LinesMatched
    | MatchesProposed
    | MatchingFinished
    | MatchingFailed
    | MatchesAccepted
    | MatchesRefused
    | LinesMatchedByHand
    | MatchesUndone
    | LinesMarked
    | MarksRemoved
    | ParkedInSuspense
    | SuspenseApproved
    | ReconciliationPrepared
    | ReconciliationReturned
    | ReconciliationSignedOff
    | ReconciliationDiscarded
)
AccountEvent = AccountEngaged | AccountReleased

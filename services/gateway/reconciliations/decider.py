"""The rules of a reconciliation, from upload to sign-off. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast, get_args

from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.commands import ReconciliationCommand
from services.gateway.reconciliations.deciding import (
    accept,
    by_hand,
    mark,
    refuse,
    remove_marks,
    undo,
)
from services.gateway.reconciliations.events import ReconciliationEvent
from services.gateway.reconciliations.lines import SELF_CONFIRMING, Match, Rule
from services.gateway.reconciliations.state import (
    Done,
    Gone,
    Nothing,
    Reconciliation,
    Uploaded,
    Working,
    evolve,
)
from shared.eventsourcing.decider import Decider

IN_ONE_EVENT = 500


def decide(command: ReconciliationCommand, state: Reconciliation) -> Sequence[ReconciliationEvent]:
    match command:
        case commands.UploadExtract():
            return [_uploaded(command)] if isinstance(state, Nothing) else []
        case commands.TakeExtract():
            return [_taken(command, state)]
        case commands.Discard():
            return [_discarded(command, state)]
        case commands.RecordMatches():
            return _recorded(command, _under_way(state, command.run))
        case commands.RecordFailure():
            _under_way(state, command.run)
            return [facts.MatchingFailed(run=command.run, why=_why(command.why))]
        case commands.GiveBack():
            return [_given_back(command, state)]
        case commands.SignOff():
            return [_signed_off(command, state)]
        case commands.Prepare():
            return [_prepared(command, _open(state))]
        case commands.StartMatching():
            return [_started(command, _open(state))]
        case commands.AcceptMatches():
            return accept(command, _open(state))
        case commands.RefuseMatches():
            return refuse(command, _open(state))
        case commands.MatchByHand():
            return by_hand(command, _open(state))
        case commands.UndoMatches():
            return undo(command, _open(state))
        case commands.MarkLines():
            return mark(command, _open(state))
        case commands.RemoveMarks():
            return remove_marks(command, _open(state))
        case commands.ParkInSuspense():
            return [_parked(command, _open(state))]
        case commands.ApproveSuspense():
            return [_approved(command, _open(state))]


def _open(state: Reconciliation) -> Working:
    """Refuses, in this order: Discarded, SignedOff, NotTaken, UnderReview, MatchingRunning."""
    work = _standing(state)
    if work.prepared:
        raise refusals.UnderReview
    if work.run:
        raise refusals.MatchingRunning
    return work


def _standing(state: Reconciliation) -> Working:
    match state:
        case Gone():
            raise refusals.Discarded
        case Done():
            raise refusals.SignedOff
        case Nothing() | Uploaded():
            raise refusals.NotTaken
        case Working():
            return state


def _uploaded(command: commands.UploadExtract) -> facts.ExtractUploaded:
    return facts.ExtractUploaded(
        reconciliation=command.reconciliation,
        account=command.account,
        file=command.file,
        uploaded_by=command.uploaded_by,
        uploaded_at=command.now,
    )


def _taken(command: commands.TakeExtract, state: Reconciliation) -> facts.ExtractTaken:
    """Refuses, in this order: Discarded, SignedOff, AlreadyTaken, PeriodNotNext, RowsDiffer,
    ControlTotalDiffers, OpeningDiffers.
    """
    if not isinstance(state, Uploaded):
        _standing(state)
        raise refusals.AlreadyTaken
    if command.to_on < command.from_on:
        raise refusals.PeriodNotNext(pointer="/body/to_on")
    if command.rows != command.stated_rows:
        raise refusals.RowsDiffer(
            f"You stated {command.stated_rows} rows; the file has {command.rows}.",
            pointer="/body/stated_rows",
        )
    if command.control_total_pence != command.stated_total_pence:
        raise refusals.ControlTotalDiffers(
            f"You stated a total of {command.stated_total_pence} pence; the file's amounts come"
            f" to {command.control_total_pence}.",
            pointer="/body/stated_total_pence",
        )
    if command.before_pence not in (None, command.opening_pence):
        raise refusals.OpeningDiffers(
            f"The file begins at {command.opening_pence} pence; the former reconciliation ended"
            f" at {command.before_pence}.",
            pointer="/body/closing_pence",
        )
    return facts.ExtractTaken(
        account=state.uploaded.account,
        mapping=command.mapping,
        from_on=command.from_on,
        to_on=command.to_on,
        previous=command.previous,
        rows=command.rows,
        control_total_pence=command.control_total_pence,
        journal_to=command.journal_to,
        last_number=command.last_number,
        ours=command.ours,
        theirs=command.theirs,
        taken_by=command.taken_by,
    )


def _discarded(command: commands.Discard, state: Reconciliation) -> facts.ReconciliationDiscarded:
    """Refuses, in this order: Discarded, SignedOff, NotTaken, UnderReview, MatchingRunning."""
    if not isinstance(state, Uploaded):
        _open(state)
    return facts.ReconciliationDiscarded(discarded_by=command.discarded_by)


# -- a run of the rules


def _started(command: commands.StartMatching, _: Working) -> facts.MatchingStarted:
    """What was accepted as tolerance before still counts towards the cap."""
    return facts.MatchingStarted(
        run=command.run,
        settings=command.settings,
        started_by=command.started_by,
        started_at=command.now,
    )


def _under_way(state: Reconciliation, run: str) -> Working:
    """Refuses, in this order: Discarded, SignedOff, NotTaken, NoSuchRun."""
    work = _standing(state)
    if work.run is None or work.run.run != run:
        raise refusals.NoSuchRun
    return work


def _why(why: str) -> facts.FailureReason:
    known = get_args(facts.FailureReason)
    return cast("facts.FailureReason", why if why in known else "failed")


def _recorded(command: commands.RecordMatches, work: Working) -> list[ReconciliationEvent]:
    """Everything a run found at once, in events small enough to read."""
    matches = [
        Match(
            match=number,
            rule=one.rule,
            ours=one.ours,
            theirs=one.theirs,
            ours_pence=sum([command.ours[n] for n in one.ours]),
            theirs_pence=sum([command.theirs[n] for n in one.theirs]),
            reason=one.reason,
        )
        for number, one in enumerate(command.found, work.last_match + 1)
    ]
    sure = [one for one in matches if one.rule in SELF_CONFIRMING]
    asked = [one for one in matches if one.rule not in SELF_CONFIRMING]
    found: Counter[Rule] = Counter(one.rule for one in matches)
    return [
        *(facts.LinesMatched(run=command.run, matches=part) for part in _parts(sure)),
        *(facts.MatchesProposed(run=command.run, matches=part) for part in _parts(asked)),
        facts.MatchingFinished(run=command.run, found=dict(found)),
    ]


def _parts(matches: Sequence[Match]) -> list[tuple[Match, ...]]:
    return [tuple(matches[at : at + IN_ONE_EVENT]) for at in range(0, len(matches), IN_ONE_EVENT)]


# -- suspense and sign-off


def _parked(command: commands.ParkInSuspense, work: Working) -> facts.ParkedInSuspense:
    """Refuses, in this order: ProposalsUndecided, NothingUnexplained."""
    if work.proposed:
        raise refusals.ProposalsUndecided
    stands = work.statement()
    if not stands.open_lines and not stands.unexplained_pence:
        raise refusals.NothingUnexplained
    return facts.ParkedInSuspense(
        amount_pence=stands.unexplained_pence,
        lines=stands.open_lines,
        owner=command.owner,
        reason=command.reason,
        parked_by=command.parked_by,
    )


def _approved(command: commands.ApproveSuspense, work: Working) -> facts.SuspenseApproved:
    """Refuses, in this order: NothingParked, OwnParking."""
    if work.suspense is None or work.suspense.approved_by:
        raise refusals.NothingParked
    parked = work.suspense.parked
    if command.approved_by in (parked.parked_by, parked.owner):
        raise refusals.OwnParking
    return facts.SuspenseApproved(approved_by=command.approved_by)


def _prepared(command: commands.Prepare, work: Working) -> facts.ReconciliationPrepared:
    """Refuses, in this order: ProposalsUndecided, Unexplained, SuspenseUnapproved."""
    if work.proposed:
        raise refusals.ProposalsUndecided
    stands = work.statement()
    if stands.open_lines or stands.unexplained_pence:
        if work.suspense is None:
            raise refusals.Unexplained
        if not work.suspense.approved_by:
            raise refusals.SuspenseUnapproved
    return facts.ReconciliationPrepared(
        statement=stands, prepared_by=command.prepared_by, prepared_at=command.now
    )


def _reviewable(state: Reconciliation) -> tuple[Working, facts.ReconciliationPrepared]:
    """Refuses, in this order: Discarded, SignedOff, NotTaken, NotPrepared."""
    work = _standing(state)
    if work.prepared is None:
        raise refusals.NotPrepared
    return work, work.prepared


def _given_back(command: commands.GiveBack, state: Reconciliation) -> facts.ReconciliationReturned:
    """The preparer may take it back, too."""
    _reviewable(state)
    return facts.ReconciliationReturned(reason=command.reason, returned_by=command.returned_by)


def _signed_off(command: commands.SignOff, state: Reconciliation) -> facts.ReconciliationSignedOff:
    """Refuses, in this order: Discarded, SignedOff, NotTaken, NotPrepared, OwnWork."""
    work, prepared = _reviewable(state)
    if command.reviewed_by == prepared.prepared_by:
        raise refusals.OwnWork
    return facts.ReconciliationSignedOff(
        statement=work.statement(), reviewed_by=command.reviewed_by, reviewed_at=command.now
    )


RECONCILIATIONS: Decider[ReconciliationCommand, Reconciliation, ReconciliationEvent] = Decider(
    category="reconciliation",
    initial=Nothing(),
    decide=decide,
    evolve=evolve,
    events=get_args(ReconciliationEvent),
)

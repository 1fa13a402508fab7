"""Why a reconciliation says no; each sentence says what to do."""

from __future__ import annotations

from collections.abc import Sequence

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class ExtractKnown(Refused):
    """This very file was uploaded before for this account; open that reconciliation instead."""

    code = "extract-uploaded-before"


class ReconciliationOpen(Refused):
    """This account has a reconciliation open; sign it off or discard it first."""

    code = "reconciliation-open"


class AlreadyTaken(Refused):
    """The columns of this extract are confirmed; discard it to upload another."""

    code = "extract-taken"


class NotTaken(Refused):
    """Confirm the columns of the extract first."""

    code = "extract-not-taken"


class PeriodNotNext(Refused):
    """The period must begin the day after the former reconciliation's and end not before."""

    code = "period-not-next"


class RowsDiffer(Invalid):
    """The file does not have the number of rows stated; nothing was taken."""

    code = "rows-differ"


class ControlTotalDiffers(Invalid):
    """The file's amounts do not add up to the total stated; nothing was taken."""

    code = "control-total-differs"


class OpeningDiffers(Invalid):
    """The file does not begin where the former one ended; lines between are missing or double."""

    code = "opening-balance-differs"


class MatchingRunning(Refused):
    """The rules are still running; wait until they have finished."""

    code = "matching-running"


class NoSuchRun(Refused):
    """This run is not the one under way."""

    code = "no-such-run"


class UnknownMatch(Refused):
    """There is no such match here, or it has been decided already; load the page again."""

    code = "unknown-match"


class UnknownLine(Invalid):
    """There is no such line on that side."""

    code = "unknown-line"


class LineTaken(Refused):
    """One of these lines is matched, proposed or marked already; undo that first."""

    code = "line-taken"


class OwnerMissing(Invalid):
    """Name who puts right what differs."""

    code = "owner-missing"


class ReasonMissing(Invalid):
    """Say why amounts that differ belong together."""

    code = "reason-missing"


class ToleranceSpent(Refused):
    """With these the differences accepted as tolerance would pass the cap of the run."""

    code = "tolerance-cap-passed"


class ProposalsUndecided(Refused):
    """Some proposals are not decided; accept or refuse each of them first."""

    code = "proposals-undecided"


class Unexplained(Refused):
    """Not every penny is explained; match or mark the open lines, or park them in suspense."""

    code = "unexplained"


class NothingUnexplained(Refused):
    """Every line is explained; there is nothing to park in suspense."""

    code = "nothing-unexplained"


class SuspenseUnapproved(Refused):
    """The chief finance officer has not approved what lies in suspense."""

    code = "suspense-not-approved"


class NothingParked(Refused):
    """Nothing lies in suspense, or it was approved already."""

    code = "nothing-parked"


class OwnParking(NotPermitted):
    """Whoever parked money in suspense, or owns it there, cannot approve it."""

    code = "own-suspense"


class NotPrepared(Refused):
    """This reconciliation has not been prepared for review."""

    code = "not-prepared"


class UnderReview(Refused):
    """This reconciliation is under review; the reviewer can give it back."""

    code = "under-review"


class OwnWork(NotPermitted):
    """Preparer and reviewer cannot be the same person; somebody else must review it."""

    code = "own-work"


class SignedOff(Refused):
    """This reconciliation is signed off; what came to light since belongs in the next one."""

    code = "signed-off"


class Discarded(Refused):
    """This reconciliation was discarded."""

    code = "discarded"


class LinesErased(Refused):
    """The lines of this extract have been erased; upload the file again."""

    code = "lines-erased"


class ExtractHasErrors(Invalid):
    """Some cells of the file cannot be read; nothing was taken."""

    code = "extract-has-errors"

    def __init__(self, found: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self.faults = [{"code": c, "pointer": p, "detail": d} for c, p, d in found]


class MappingIncomplete(Invalid):
    """Name the column of the date, and that of the amount or those of debit and credit."""

    code = "mapping-incomplete"


class NothingChosen(Invalid):
    """Choose at least one line or match, and not more than 5,000 at once."""

    code = "nothing-chosen"

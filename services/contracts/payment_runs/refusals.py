"""Why a payment run says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import NotPermitted, Refused


class AlreadyPrepared(Refused):
    """There is a payment run of this name."""

    code = "already-prepared"


class NothingToPay(Refused):
    """Nothing of the fund is owed, due by that day, undisputed and in no other payment."""

    code = "nothing-payable"


class RunDecided(Refused):
    """The payment run has been approved or turned down."""

    code = "run-decided"


class RunNotApproved(Refused):
    """Only an approved payment run has a remittance."""

    code = "run-not-approved"


class ApproverIsPreparer(NotPermitted):
    """Whoever prepared it does not approve it."""

    code = "approver-is-preparer"

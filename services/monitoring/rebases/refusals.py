"""Why a rebase is not had: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class UnknownMeasure(Invalid):
    """The contract has no such measure: take one from its terms."""

    code = "unknown-measure"


class NotAPeriod(Invalid):
    """Name a month, quarter or year within the contract, such as 2026-27-M05 or 2026-27-Q2."""

    code = "not-a-period-of-the-contract"


class AnnualSeries(Invalid):
    """An annual measure has no XmR chart, so there is nothing to start again."""

    code = "annual-series"


class PeriodNotBegun(Invalid):
    """The period has not begun: propose the rebase once it has."""

    code = "period-not-begun"


class AlreadyProposed(Refused):
    """This rebase waits for another person to approve it."""

    code = "rebase-already-proposed"


class AlreadyRebased(Refused):
    """The series starts again there already."""

    code = "already-rebased"


class NotProposed(Refused):
    """Nobody has proposed this rebase, or it has been refused: propose it first."""

    code = "rebase-not-proposed"


class SamePerson(NotPermitted):
    """Another person than the one who proposed the rebase has to decide about it."""

    code = "same-person"

"""Why a return says no: conditions, each with its code."""

from __future__ import annotations

from collections.abc import Sequence

from services.monitoring.returns.rules import Problem
from shared.eventsourcing.commands import Invalid, NotPermitted, Refused


class PeriodNotOver(Refused):
    """A return is handed in when its period is over."""

    code = "period-not-over"


class WindowClosed(Refused):
    """A return that is in can be replaced until its due date; after that it waits for an answer."""

    code = "window-closed"


class ReturnIsCancelled(Refused):
    """The contract ended before this period, so no return is owed."""

    code = "return-cancelled"


class ReturnIsAccepted(Refused):
    """These figures stand; new ones need a restatement."""

    code = "return-accepted"


class NotSubmitted(Refused):
    """There is no return here that waits for an answer."""

    code = "not-submitted"


class AlreadySubmitted(Refused):
    """The return is in."""

    code = "already-submitted"


class NotTheLatest(Refused):
    """Another version of this return has come in since; read it first."""

    code = "not-the-latest-version"


class QueryOpen(Refused):
    """A query has not been answered."""

    code = "query-open"


class UnknownQuery(Refused):
    """There is no such query waiting for an answer."""

    code = "unknown-query"


class AcceptorIsProvider(NotPermitted):
    """Whoever reports does not judge the report: another agency does."""

    code = "acceptor-is-provider"


class MakerMayNotSign(NotPermitted):
    """Whoever made these figures does not sign them; ask another of your signatories to."""

    code = "maker-may-not-sign"


class DeclarationMissing(Invalid):
    """Who made the figures and signs them too declares that; write the declaration."""

    code = "declaration-missing"


class NothingPrepared(Refused):
    """There are no figures here that wait for a signature."""

    code = "nothing-to-sign"


class MeasureStands(Refused):
    """Some of these figures are accepted and stand; send them as they were, or ask for a
    restatement once the whole return is accepted.
    """

    code = "measure-accepted"


class UnknownMeasures(Invalid):
    """The return says nothing of one of these measures."""

    code = "unknown-measure"


class UnknownEvidence(Refused):
    """There is no such file with this return."""

    code = "unknown-evidence"


class EvidenceIsCited(Refused):
    """Figures came with this file, so it stays; have it erased where it must go."""

    code = "evidence-submitted"


class TooManyFiles(Refused):
    """A return takes up to 20 files; take one back first."""

    code = "too-many-files"


class UnknownIncident(Invalid):
    """Report the incident first; a return only names incidents reported under its contract."""

    code = "unknown-incident"


class NotAccepted(Refused):
    """Only figures that stand can be restated; until then send the return again."""

    code = "not-accepted"


class ConsentNeeded(Refused):
    """A second or older restatement needs the commissioner's consent."""

    code = "restatement-consent-needed"


class NoLaterDate(Invalid):
    """An extension moves the due date to a later day; a published date never moves earlier."""

    code = "not-a-later-date"


class NotHeldYet(Invalid):
    """What is recorded as done lies in the future."""

    code = "date-in-future"


class UnknownAction(Refused):
    """There is no such action open."""

    code = "unknown-action"


class HasProblems(Invalid):
    """Figures that cannot be right, or that need an explanation."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)
        self.faults = [
            {"code": one.code, "pointer": one.pointer, "detail": one.message} for one in problems
        ]


class ReturnHasErrors(HasProblems):
    """Some figures cannot be right; nothing was taken."""

    code = "return-has-errors"


class ExplanationsMissing(HasProblems):
    """Some figures need an explanation first; nothing was taken."""

    code = "explanations-missing"

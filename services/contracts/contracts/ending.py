"""The rules of notices, and of how a contract ends: terminated or completed.

Law: nothing is ended before its impact was assessed, and no sooner than the clause says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from services.contracts.contracts.certifying import certify_due, release, then
from services.contracts.contracts.commands import (
    AnswerNotice,
    AssessImpact,
    CompleteContract,
    HandOver,
    IssueNotice,
    MarkNotices,
    ReleaseCommitment,
    TerminateContract,
)
from services.contracts.contracts.events import (
    ContractEvent,
    ContractHandedOver,
    ImpactAssessed,
    NoticeBasisChanged,
)
from services.contracts.contracts.refusals import (
    BeyondTheEnd,
    ClauseMissing,
    CommitmentTooSmall,
    ImpactNotAssessed,
    NoticeTooShort,
    NotRunning,
    StillRunning,
    UnknownFlag,
    UnknownNotice,
    YearFrozen,
)
from services.contracts.contracts.state import Signed
from shared.eventsourcing.clock import london_date
from shared.published.contracts import (
    ContractCompleted,
    ContractTerminated,
    NoticeAnswered,
    NoticeIssued,
)
from shared.published.terms import Clause, FinancialYear
from shared.values.quarters import financial_year
from shared.values.working_days import add_working_days, working_days_between

Events = Sequence[ContractEvent]


def issue_notice(command: IssueNotice, contract: Signed) -> Events:
    """A notice is no sanction: it may come before sanctions are live. Refuses: UnknownFlag,
    ClauseMissing.
    """
    if command.flag and not command.flag_known:
        raise UnknownFlag
    case = contract.terms.case
    remedial = case.remedial_notice if case and command.kind == "remedial" else None
    clause = remedial.clause if remedial else command.clause
    if not clause or (command.kind == "remedial" and remedial is None):
        raise ClauseMissing(pointer="/body/clause")
    today = london_date(command.now)
    due_on = add_working_days(today, command.answer_working_days)
    if remedial:
        due_on = days_later(remedial, today)
    issued = NoticeIssued(
        contract=contract.contract,
        notice=command.notice,
        kind=command.kind,
        clause=clause,
        flag=command.flag,
        body=command.body,
        answer_due_on=due_on,
        issued_by=command.issued_by,
    )
    return [issued]


def days_later(clause: Clause, day: date) -> date:
    """The last of a clause's days after a day, counted as the clause counts them."""
    if clause.calendar_days:
        return day + timedelta(days=clause.calendar_days)
    return add_working_days(day, clause.working_days)


def answer_notice(command: AnswerNotice, contract: Signed) -> Events:
    """Refuses: UnknownNotice."""
    notice = contract.notices.get(command.notice)
    if notice is None or notice.answered:
        raise UnknownNotice
    return [NoticeAnswered(contract=contract.contract, notice=command.notice, body=command.body)]


def mark_notices(command: MarkNotices, contract: Signed) -> Events:
    """Every notice that rests on the case, once for each restatement; none is withdrawn."""
    change = (command.period, command.return_version)
    return [
        NoticeBasisChanged(
            notice=name, period=command.period, return_version=command.return_version
        )
        for name, notice in contract.notices.items()
        if notice.flag == command.flag and change not in notice.basis_changes
    ]


def assess_impact(command: AssessImpact, contract: Signed) -> Events:
    """Refuses: NotRunning."""
    if contract.status != "running":
        raise NotRunning
    return [
        ImpactAssessed(
            assessment=command.assessment, text=command.text, assessed_by=command.assessed_by
        )
    ]


def terminate(command: TerminateContract, contract: Signed) -> Events:
    """Releases at once what later financial years were promised; the rest with completion.

    Refuses: NotRunning, ImpactNotAssessed, NoticeTooShort, BeyondTheEnd.
    """
    if contract.status != "running":
        raise NotRunning
    if not contract.assessment:
        raise ImpactNotAssessed
    clause = contract.terms.termination
    today = london_date(command.now)
    if (
        command.effective_on < max(today, contract.terms.starts_on)
        or working_days_between(today, command.effective_on) < clause.working_days
    ):
        raise NoticeTooShort(pointer="/body/effective_on")
    if command.effective_on >= contract.ends_on:
        raise BeyondTheEnd(pointer="/body/effective_on")
    terminated = ContractTerminated(
        contract=contract.contract,
        fund=contract.terms.fund,
        clause=clause.clause,
        impact_assessment=contract.assessment,
        terminated_by=command.terminated_by,
        effective_on=command.effective_on,
    )
    last = financial_year(command.effective_on)
    return [terminated, *_release_after(contract, last, command)]


def _release_after(
    contract: Signed, last: FinancialYear, command: TerminateContract | CompleteContract | HandOver
) -> list[ContractEvent]:
    """Gives up what the years after one are still promised; after none, every year."""
    on = london_date(command.now)
    return [
        event
        for year, pence in sorted(contract.books.committed.items())
        if year > last
        for event in release(contract, year, pence, on)
    ]


def complete(command: CompleteContract, contract: Signed) -> Events:
    """Once its last day is over; releases what is left.

    Refuses: NotRunning, StillRunning, ImpactNotAssessed (of a service that ceases).
    """
    if contract.status == "completed":
        raise NotRunning
    today = london_date(command.now)
    if today <= contract.ends_on:
        raise StillRunning
    if (
        contract.ending is not None
        and contract.ending.change == "cease"
        and not contract.assessment
    ):
        raise ImpactNotAssessed
    due = certify_due(contract, command.now)
    contract = then(contract, due)
    completed = ContractCompleted(contract=contract.contract, effective_on=contract.ends_on)
    return [*due, completed, *_release_after(contract, "", command)]


def release_commitment(command: ReleaseCommitment, contract: Signed) -> Events:
    """Refuses: YearFrozen, CommitmentTooSmall."""
    if command.year in contract.frozen_years:
        raise YearFrozen
    if command.amount_pence > contract.books.committed.get(command.year, 0):
        raise CommitmentTooSmall(pointer="/body/amount_pence")
    return release(contract, command.year, command.amount_pence, london_date(command.now))


def hand_over(command: HandOver, contract: Signed) -> Events:
    """The fund gives up what it promised for years to come. Handed over once, it stays so."""
    if contract.handed_to:
        return []
    return [*_release_after(contract, "", command), ContractHandedOver(agency=command.agency)]

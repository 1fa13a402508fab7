"""What may be asked of a contract; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.contracts.contracts.standing import Standing
from shared.eventsourcing.commands import Command
from shared.published.terms import (
    AgencyId,
    AgreementKind,
    ContractId,
    ContractTerms,
    Element,
    FinancialYear,
    MeasureId,
    Mechanism,
    PartnershipId,
    Period,
    PersonId,
    Reading,
    TargetFrom,
    Term,
    TextRef,
)


class DraftContract(Command, frozen=True, kw_only=True):
    contract: ContractId
    kind: AgreementKind
    partnership: PartnershipId
    specification: str
    commissioner: AgencyId
    provider: AgencyId
    annual_price_pence: int
    now: datetime


class SignContract(Command, frozen=True, kw_only=True):
    """`terms.commitments` are worked out here; `open_years` are the fund's that are open now;
    `standing` is what the register says of the provider.
    """

    terms: ContractTerms
    open_years: frozenset[FinancialYear]
    signed_by: PersonId
    now: datetime
    standing: Standing = Standing()


class OpenFundYear(Command, frozen=True, kw_only=True):
    """The fund has opened a year and reserved what this contract was promised for it."""

    year: FinancialYear
    reserved_pence: int
    now: datetime


class FreezeFundYear(Command, frozen=True, kw_only=True):
    """The close of the year is prepared: what is not spent of it is released."""

    year: FinancialYear
    now: datetime


class ThawFundYear(Command, frozen=True, kw_only=True):
    year: FinancialYear
    now: datetime


class NewTarget(Term, frozen=True, kw_only=True):
    """What a measure is asked for from a period on."""

    measure: MeasureId
    asked: TargetFrom


class VaryContract(Command, frozen=True, kw_only=True):
    """`changes` and `open_years` are what the caller worked out and reserved in the fund."""

    payment: Mechanism | None
    from_year: FinancialYear
    monitoring_officer: PersonId | None
    targets: tuple[NewTarget, ...] = ()
    changes: dict[FinancialYear, int]
    open_years: frozenset[FinancialYear]
    reason: TextRef
    varied_by: PersonId
    now: datetime


class ExtendContract(Command, frozen=True, kw_only=True):
    """`changes` and `open_years` as in a variation."""

    ends_on: date
    changes: dict[FinancialYear, int]
    open_years: frozenset[FinancialYear]
    extended_by: PersonId
    now: datetime


class IssueNotice(Command, frozen=True, kw_only=True):
    """`flag_known` is whether the flag, if one is named, is on this contract."""

    notice: str
    kind: Literal["notice", "remedial"] = "notice"
    clause: str
    flag: str
    flag_known: bool
    body: TextRef
    answer_working_days: int
    issued_by: PersonId
    now: datetime


class AnswerNotice(Command, frozen=True, kw_only=True):
    notice: str
    body: TextRef
    now: datetime


class MarkNotices(Command, frozen=True, kw_only=True):
    """A figure that a case rests on was restated, and so the notices issued on it."""

    flag: str
    period: Period
    return_version: int
    now: datetime


class AssessImpact(Command, frozen=True, kw_only=True):
    assessment: str
    text: TextRef
    assessed_by: PersonId
    now: datetime


class TerminateContract(Command, frozen=True, kw_only=True):
    effective_on: date
    terminated_by: PersonId
    now: datetime


class ProposeEnd(Command, frozen=True, kw_only=True):
    """The board decided on a formal review that the service ceases or is redesigned."""

    review: str
    decision: str
    change: Literal["redesign", "cease"]
    now: datetime


class ConfirmEnd(Command, frozen=True, kw_only=True):
    """`effective_on` is the last day of service."""

    effective_on: date
    confirmed_by: PersonId
    now: datetime


class CompleteContract(Command, frozen=True, kw_only=True):
    now: datetime


class ReleaseCommitment(Command, frozen=True, kw_only=True):
    year: FinancialYear
    amount_pence: int
    now: datetime


class HandOver(Command, frozen=True, kw_only=True):
    """The fund is unwound, and an agency goes on with the contract outside it."""

    agency: AgencyId
    now: datetime


class CertifyDue(Command, frozen=True, kw_only=True):
    """Issued by the deadline of an instalment; certifies whatever is due and is not certified."""

    now: datetime


class HearReturn(Command, frozen=True, kw_only=True):
    """A return was accepted, deemed to be, or restated; its figures may now be paid on. `measures`
    are those accepted so far, where not all are.
    """

    period: Period
    version: int
    readings: tuple[Reading, ...]
    measures: tuple[MeasureId, ...] = ()
    now: datetime


class ReceiveInvoice(Command, frozen=True, kw_only=True):
    invoice: str
    net_pence: int
    vat_pence: int
    period: Period
    now: datetime


class DisputeInvoice(Command, frozen=True, kw_only=True):
    invoice: str
    reason: TextRef
    now: datetime


class SettleDispute(Command, frozen=True, kw_only=True):
    invoice: str
    reason: TextRef
    now: datetime


class PreparePayment(Command, frozen=True, kw_only=True):
    payment: str
    certificates: tuple[str, ...]
    prepared_by: PersonId
    now: datetime


class ApprovePayment(Command, frozen=True, kw_only=True):
    payment: str
    approved_by: PersonId
    now: datetime


class TurnDownPayment(Command, frozen=True, kw_only=True):
    payment: str
    reason: TextRef
    turned_down_by: PersonId
    now: datetime


class WithholdAmount(Command, frozen=True, kw_only=True):
    """For a case, or for the return of a `period` that has not come.

    `flag_upheld` is whether monitoring upheld this flag, on this contract, and has not closed it.
    """

    withholding: str
    certificate: str
    basis_points: int
    flag: str = ""
    flag_upheld: bool = False
    period: Period = ""
    now: datetime


class ReleaseWithholding(Command, frozen=True, kw_only=True):
    withholding: str
    amount_pence: int
    now: datetime


class ForfeitWithholding(Command, frozen=True, kw_only=True):
    withholding: str
    amount_pence: int
    now: datetime


class HearOverdue(Command, frozen=True, kw_only=True):
    """The day a return was due has gone by without it."""

    period: Period
    now: datetime


class HearArrival(Command, frozen=True, kw_only=True):
    """A return has come, or is no longer owed: what was kept back for it is owed again."""

    period: Period
    now: datetime


class HearCaseOver(Command, frozen=True, kw_only=True):
    """A case was dismissed or closed: what is still kept back for it is owed again."""

    flag: str
    now: datetime


class ProposeAccrual(Command, frozen=True, kw_only=True):
    accrual: str
    element: Element
    period: Period
    amount_pence: int
    proposed_by: PersonId
    now: datetime


class ApproveAccrual(Command, frozen=True, kw_only=True):
    accrual: str
    approved_by: PersonId
    now: datetime


LifeCommand = (
    OpenFundYear
    | FreezeFundYear
    | ThawFundYear
    | VaryContract
    | ExtendContract
    | IssueNotice
    | AnswerNotice
    | MarkNotices
    | AssessImpact
    | ProposeEnd
    | ConfirmEnd
    | TerminateContract
    | CompleteContract
    | ReleaseCommitment
    | HandOver
)
MoneyCommand = (
    CertifyDue
    | HearReturn
    | ReceiveInvoice
    | DisputeInvoice
    | SettleDispute
    | PreparePayment
    | ApprovePayment
    | TurnDownPayment
    | WithholdAmount
    | ReleaseWithholding
    | ForfeitWithholding
    | HearOverdue
    | HearArrival
    | HearCaseOver
    | ProposeAccrual
    | ApproveAccrual
)
ContractCommand = DraftContract | SignContract | LifeCommand | MoneyCommand

"""What contracts publishes: agreements, money promised, certified and paid, and, from `funds`, the
pooled funds.

Each event that moves money names its fund and year; amounts are net pence, positive unless said.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.eventsourcing.events import Published
from shared.published.funds import (
    AgreementSigned,
    BalanceBroughtForward,
    ContributionAgreed,
    ContributionInvoiced,
    ContributionReceived,
    ContributionReduced,
    CostTruedUp,
    FundUnwound,
    PartnersChanged,
    PooledFundOpened,
    RiskShareAgreed,
    RiskShareSettled,
    UnderspendCarriedForward,
    UnderspendReturned,
    YearClosed,
)
from shared.published.terms import (
    AgencyId,
    ContractId,
    ContractTerms,
    Element,
    FinancialYear,
    FundId,
    MeasureId,
    PartnershipId,
    Period,
    PersonId,
    TextRef,
)


class ContractSigned(Published, frozen=True, kw_only=True, tag="contracts.contract-signed.v1"):
    """Money is promised: each financial year's share is committed in the fund it comes from."""

    contract: ContractId
    terms: ContractTerms
    signed_by: PersonId
    effective_on: date


class ContractVaried(Published, frozen=True, kw_only=True, tag="contracts.contract-varied.v1"):
    """The terms from now on; `commitment_changes` is the signed change in pence of each year."""

    contract: ContractId
    terms: ContractTerms
    commitment_changes: dict[FinancialYear, int]
    reason: TextRef
    varied_by: PersonId
    effective_on: date


class ContractExtended(Published, frozen=True, kw_only=True, tag="contracts.contract-extended.v1"):
    contract: ContractId
    terms: ContractTerms
    commitment_changes: dict[FinancialYear, int]
    extended_by: PersonId
    effective_on: date


class NoticeIssued(Published, frozen=True, kw_only=True, tag="contracts.notice-issued.v1"):
    """A formal step under a clause, with a clock. `flag` is the case it rests on, if any.

    A `remedial` notice asks that something be put right within the clause's days.
    """

    contract: ContractId
    notice: str
    clause: str
    flag: str = ""
    body: TextRef
    answer_due_on: date
    issued_by: PersonId
    kind: Literal["notice", "remedial"] = "notice"


class NoticeAnswered(Published, frozen=True, kw_only=True, tag="contracts.notice-answered.v1"):
    contract: ContractId
    notice: str
    body: TextRef


class EndProposed(Published, frozen=True, kw_only=True, tag="contracts.end-proposed.v1"):
    """The board decided that a service ceases or is redesigned: when its contract could end.

    `earliest_on` is the first last day that the clause allows with notice on the day of this;
    `ends_on` the one proposed: the earliest for a service that ceases, the contract's own for one
    that is redesigned. Nothing ends before a person confirms it.
    """

    contract: ContractId
    partnership: PartnershipId
    commissioner: AgencyId
    specification: str
    title: str
    review: str
    decision: str
    change: Literal["redesign", "cease"]
    clause: str
    notice_working_days: int
    earliest_on: date
    ends_on: date
    effective_on: date


class EndConfirmed(Published, frozen=True, kw_only=True, tag="contracts.end-confirmed.v1"):
    """A person confirmed the proposed end, its impact being assessed; `effective_on` is the last
    day of service. Before the contract's own last day a termination comes with it.
    """

    contract: ContractId
    change: Literal["redesign", "cease"]
    confirmed_by: PersonId
    effective_on: date


class ContractTerminated(
    Published, frozen=True, kw_only=True, tag="contracts.contract-terminated.v1"
):
    """Ended early, after an impact assessment; `effective_on` is the last day of service."""

    contract: ContractId
    fund: FundId
    clause: str
    impact_assessment: str
    terminated_by: PersonId
    effective_on: date


class ContractCompleted(
    Published, frozen=True, kw_only=True, tag="contracts.contract-completed.v1"
):
    contract: ContractId
    effective_on: date


class CommitmentReleased(
    Published, frozen=True, kw_only=True, tag="contracts.commitment-released.v1"
):
    """Money promised for a year that will not be called on."""

    contract: ContractId
    fund: FundId
    year: FinancialYear
    amount_pence: int
    effective_on: date


class InvoiceReceived(Published, frozen=True, kw_only=True, tag="contracts.invoice-received.v1"):
    """What the provider asks for; or the fund in its name, with a certificate (`self_billed`)."""

    contract: ContractId
    invoice: str
    net_pence: int
    vat_pence: int = 0
    period: Period
    received_on: date
    self_billed: bool = False


class InvoiceDisputed(Published, frozen=True, kw_only=True, tag="contracts.invoice-disputed.v1"):
    contract: ContractId
    invoice: str
    reason: TextRef


class InvoiceDisputeSettled(
    Published, frozen=True, kw_only=True, tag="contracts.invoice-dispute-settled.v1"
):
    """The invoice counts again. One recorded before this was published names no contract; its
    stream does.
    """

    contract: ContractId = ""
    invoice: str
    reason: TextRef


class PaymentCertified(Published, frozen=True, kw_only=True, tag="contracts.payment-certified.v1"):
    """Service received and owed for, `vat_pence` on top; what is capped is noted, never posted.

    `return_version` is the accepted return it rests on (0: on the contract's dates alone).
    `co_paid_pence` is what an outside co-payer pays of it, noted too. `measures` are those accepted
    so far of a return whose rest is not; a further certificate of the same version adds to this.
    """

    contract: ContractId
    fund: FundId
    year: FinancialYear
    certificate: str
    element: Element
    amount_pence: int
    vat_pence: int = 0
    capped_pence: int = 0
    period: Period
    return_version: int = 0
    effective_on: date
    co_paid_pence: int = 0
    measures: tuple[MeasureId, ...] = ()


class CertificationReversed(
    Published, frozen=True, kw_only=True, tag="contracts.certification-reversed.v1"
):
    """Negates one certificate exactly, dated in the open period."""

    contract: ContractId
    fund: FundId
    year: FinancialYear
    certificate: str
    amount_pence: int
    effective_on: date


class ExpenditureAccrued(
    Published, frozen=True, kw_only=True, tag="contracts.expenditure-accrued.v1"
):
    """Cost of service received whose return is not in at period end; two people stand for it."""

    contract: ContractId
    fund: FundId
    year: FinancialYear
    accrual: str
    element: Element
    amount_pence: int
    period: Period
    proposed_by: PersonId
    approved_by: PersonId
    effective_on: date


class AccrualReversed(Published, frozen=True, kw_only=True, tag="contracts.accrual-reversed.v1"):
    contract: ContractId
    fund: FundId
    year: FinancialYear
    accrual: str
    amount_pence: int
    effective_on: date


class PaymentMade(Published, frozen=True, kw_only=True, tag="contracts.payment-made.v1"):
    """Money left the fund's bank, prepared by one person and approved by another."""

    contract: ContractId
    fund: FundId
    year: FinancialYear
    payment: str
    certificates: tuple[str, ...]
    amount_pence: int
    prepared_by: PersonId
    approved_by: PersonId
    effective_on: date


class AmountWithheld(Published, frozen=True, kw_only=True, tag="contracts.amount-withheld.v1"):
    """Kept back under a clause, out of what is payable: for a case, or for the return of a
    `period` until it comes.
    """

    contract: ContractId
    fund: FundId
    year: FinancialYear
    withholding: str
    certificate: str
    amount_pence: int
    clause: str
    flag: str = ""
    period: Period = ""
    effective_on: date


class WithholdingReleased(
    Published, frozen=True, kw_only=True, tag="contracts.withholding-released.v1"
):
    contract: ContractId
    fund: FundId
    year: FinancialYear
    withholding: str
    amount_pence: int
    effective_on: date


class WithholdingForfeited(
    Published, frozen=True, kw_only=True, tag="contracts.withholding-forfeited.v1"
):
    contract: ContractId
    fund: FundId
    year: FinancialYear
    withholding: str
    certificate: str
    amount_pence: int
    clause: str = ""
    effective_on: date


PUBLISHED: tuple[type[Published], ...] = (
    ContractSigned,
    ContractVaried,
    ContractExtended,
    NoticeIssued,
    NoticeAnswered,
    EndProposed,
    EndConfirmed,
    ContractTerminated,
    ContractCompleted,
    CommitmentReleased,
    InvoiceReceived,
    InvoiceDisputed,
    InvoiceDisputeSettled,
    PaymentCertified,
    CertificationReversed,
    ExpenditureAccrued,
    AccrualReversed,
    PaymentMade,
    AmountWithheld,
    WithholdingReleased,
    WithholdingForfeited,
    AgreementSigned,
    PooledFundOpened,
    PartnersChanged,
    RiskShareAgreed,
    BalanceBroughtForward,
    ContributionAgreed,
    ContributionReduced,
    ContributionInvoiced,
    ContributionReceived,
    CostTruedUp,
    YearClosed,
    RiskShareSettled,
    UnderspendCarriedForward,
    UnderspendReturned,
    FundUnwound,
)

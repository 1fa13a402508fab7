"""The facts of a contract; those that others may hear are declared in `shared.published`."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.contracts import (
    AccrualReversed,
    AmountWithheld,
    CertificationReversed,
    CommitmentReleased,
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ContractVaried,
    EndConfirmed,
    EndProposed,
    ExpenditureAccrued,
    InvoiceDisputed,
    InvoiceDisputeSettled,
    InvoiceReceived,
    NoticeAnswered,
    NoticeIssued,
    PaymentCertified,
    PaymentMade,
    WithholdingForfeited,
    WithholdingReleased,
)
from shared.published.terms import (
    AgencyId,
    AgreementKind,
    ContractId,
    Element,
    FinancialYear,
    FundId,
    MeasureId,
    Mechanism,
    PartnershipId,
    Period,
    PersonId,
    Reading,
    TextRef,
)


class ContractDrafted(Event, frozen=True, kw_only=True, tag="contracts.contract-drafted.v1"):
    """An award without standstill or representation left: ready to be signed.

    `kind` tells a contract with an outside provider, an SLA with an in-house one and a grant apart.
    """

    contract: ContractId
    kind: AgreementKind
    partnership: PartnershipId
    specification: str
    commissioner: AgencyId
    provider: AgencyId
    annual_price_pence: int


class PriceVaried(Event, frozen=True, kw_only=True, tag="contracts.price-varied.v1"):
    """What a variation pays, for whole financial years from `from_year` on."""

    from_year: FinancialYear
    payment: Mechanism


class FundYearsOpened(Event, frozen=True, kw_only=True, tag="contracts.fund-years-opened.v1"):
    """Years of the fund in which this contract's money is committed and not only remembered."""

    years: tuple[FinancialYear, ...]


class FundYearFrozen(Event, frozen=True, kw_only=True, tag="contracts.fund-year-frozen.v1"):
    """The fund's year is being closed: what still comes of it posts to the open year."""

    year: FinancialYear


class FundYearThawed(Event, frozen=True, kw_only=True, tag="contracts.fund-year-thawed.v1"):
    """The close was withdrawn."""

    year: FinancialYear


class ReturnHeard(Event, frozen=True, kw_only=True, tag="contracts.return-heard.v1"):
    """The figures of a period as they now stand, accepted or restated; of `measures` alone, where
    the rest is not accepted yet.
    """

    period: Period
    version: int
    readings: tuple[Reading, ...]
    measures: tuple[MeasureId, ...] = ()


class NoticeBasisChanged(Event, frozen=True, kw_only=True, tag="contracts.notice-basis-changed.v1"):
    """The case a notice rests on was raised on figures restated since; the notice stands."""

    notice: str
    period: Period
    return_version: int


class ReturnAwaited(Event, frozen=True, kw_only=True, tag="contracts.return-awaited.v1"):
    """A return is overdue: under its clause money may be kept back until it comes."""

    period: Period


class ReturnArrived(Event, frozen=True, kw_only=True, tag="contracts.return-arrived.v1"):
    """It has come, has more time, or is no longer owed."""

    period: Period


class CostCharged(Event, frozen=True, kw_only=True, tag="contracts.cost-charged.v1"):
    """What a certificate, accrual, reversal or forfeit costs the fund, signed.

    `of_commitment_pence` is the part that what was promised pays for; the rest is the fund's
    available money. `reference` names the certificate, accrual or withholding.
    """

    contract: ContractId
    fund: FundId
    year: FinancialYear
    element: Element
    reference: str
    cost_pence: int
    of_commitment_pence: int


class CertificateBasisChanged(
    Event, frozen=True, kw_only=True, tag="contracts.certificate-basis-changed.v1"
):
    """A certificate rested on figures that were restated; `return_version` is the new version."""

    certificate: str
    period: Period
    return_version: int


class ImpactAssessed(Event, frozen=True, kw_only=True, tag="contracts.impact-assessed.v1"):
    """What ending the service would mean: equality and impact."""

    assessment: str
    text: TextRef
    assessed_by: PersonId


class ContractHandedOver(Event, frozen=True, kw_only=True, tag="contracts.contract-handed-over.v1"):
    """The fund that paid for it is unwound; the agency goes on with it outside the fund."""

    agency: AgencyId


class PaymentPrepared(Event, frozen=True, kw_only=True, tag="contracts.payment-prepared.v1"):
    payment: str
    certificates: tuple[str, ...]
    amount_pence: int
    prepared_by: PersonId


class PaymentTurnedDown(Event, frozen=True, kw_only=True, tag="contracts.payment-turned-down.v1"):
    """A prepared payment was not approved; its certificates can be prepared again."""

    payment: str
    reason: TextRef
    turned_down_by: PersonId


class AccrualProposed(Event, frozen=True, kw_only=True, tag="contracts.accrual-proposed.v1"):
    accrual: str
    element: Element
    period: Period
    amount_pence: int
    proposed_by: PersonId


LifeEvent = (
    ContractDrafted
    | ContractSigned
    | FundYearsOpened
    | FundYearFrozen
    | FundYearThawed
    | ContractVaried
    | PriceVaried
    | ContractExtended
    | NoticeIssued
    | NoticeAnswered
    | NoticeBasisChanged
    | ImpactAssessed
    | EndProposed
    | EndConfirmed
    | ContractTerminated
    | ContractCompleted
    | CommitmentReleased
    | ContractHandedOver
    | ReturnHeard
    | ReturnAwaited
    | ReturnArrived
)
MoneyEvent = (
    PaymentCertified
    | CertificationReversed
    | CertificateBasisChanged
    | CostCharged
    | AccrualProposed
    | ExpenditureAccrued
    | AccrualReversed
    | InvoiceReceived
    | InvoiceDisputed
    | InvoiceDisputeSettled
    | PaymentPrepared
    | PaymentTurnedDown
    | PaymentMade
    | AmountWithheld
    | WithholdingReleased
    | WithholdingForfeited
)
ContractEvent = LifeEvent | MoneyEvent

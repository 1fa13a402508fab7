"""The request bodies of contracts, and what they mean in the words of the domain."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.http.bodies import BasisPoints, Body, Id, Pence, Prose
from shared.published import terms

Day = Annotated[date, Field(ge=date(2015, 1, 1), le=date(2070, 12, 31))]
Year = Annotated[str, Field(pattern=r"^20\d\d-\d\d$", description="A financial year, `2026-27`")]
PeriodName = Annotated[str, Field(pattern=r"^20\d\d-\d\d-(Q[1-4]|M(0[1-9]|1[0-2])|Y)$")]
SomePence = Annotated[Pence, Field(gt=0)]
WorkingDays = Annotated[int, Field(strict=True, ge=0, le=500)]
ClauseName = Annotated[str, Field(min_length=1, max_length=40)]


class BlockBody(Body):
    """A fixed sum a year, in equal instalments."""

    mechanism: Literal["block"]
    annual_pence: SomePence
    instalments: Literal["monthly", "quarterly"] = "quarterly"

    def term(self) -> terms.Mechanism:
        return terms.Block(annual_pence=self.annual_pence, instalments=self.instalments)


class CostAndVolumeBody(Body):
    """A price for each unit of a measure, within an annual floor and cap."""

    mechanism: Literal["cost-and-volume"]
    measure: Id
    unit_price_pence: SomePence
    floor_annual_pence: Pence = 0
    cap_annual_pence: SomePence

    def term(self) -> terms.Mechanism:
        return terms.CostAndVolume(
            measure=self.measure,
            unit_price_pence=self.unit_price_pence,
            floor_annual_pence=min(self.floor_annual_pence, self.cap_annual_pence),
            cap_annual_pence=self.cap_annual_pence,
        )


class RateBody(Body):
    measure: Id
    price_pence: SomePence


class FeePlusOutcomesBody(Body):
    """A quarterly fee, and a rate card of outcomes up to an annual cap; of each outcome somebody
    outside the fund may pay so much.
    """

    mechanism: Literal["fee-plus-outcomes"]
    fee_annual_pence: Pence
    rates: Annotated[list[RateBody], Field(min_length=1, max_length=30)]
    outcome_cap_annual_pence: Pence
    co_payer: Annotated[str, Field(max_length=80)] = ""
    co_payer_basis_points: BasisPoints = 0

    def term(self) -> terms.Mechanism:
        rates = (terms.Rate(measure=r.measure, price_pence=r.price_pence) for r in self.rates)
        return terms.FeePlusOutcomes(
            fee_annual_pence=self.fee_annual_pence,
            rates=tuple(rates),
            outcome_cap_annual_pence=self.outcome_cap_annual_pence,
            co_payer=self.co_payer,
            co_payer_basis_points=self.co_payer_basis_points if self.co_payer else 0,
        )


class MilestoneBody(Body):
    """Earned once, when a return first says 1 or more of its measure; planned for a day."""

    measure: Id
    price_pence: SomePence
    due_on: Day


class MilestonesBody(Body):
    """So much for each milestone, whenever it is met."""

    mechanism: Literal["milestones"]
    milestones: Annotated[list[MilestoneBody], Field(min_length=1, max_length=60)]

    def term(self) -> terms.Mechanism:
        every = (
            terms.PaidMilestone(measure=m.measure, price_pence=m.price_pence, due_on=m.due_on)
            for m in self.milestones
        )
        return terms.Milestones(milestones=tuple(every))


class GainShareBody(Body):
    """The provider's own cost against a target: it keeps a part of a gain, bears one of a loss."""

    mechanism: Literal["gain-share"]
    measure: Id
    target_annual_pence: SomePence
    gain_basis_points: BasisPoints
    loss_basis_points: BasisPoints
    cap_annual_pence: SomePence

    def term(self) -> terms.Mechanism:
        return terms.GainShare(
            measure=self.measure,
            target_annual_pence=min(self.target_annual_pence, self.cap_annual_pence),
            gain_basis_points=self.gain_basis_points,
            loss_basis_points=self.loss_basis_points,
            cap_annual_pence=self.cap_annual_pence,
        )


PaymentBody = Annotated[
    BlockBody | CostAndVolumeBody | FeePlusOutcomesBody | MilestonesBody | GainShareBody,
    Field(discriminator="mechanism"),
]


class ReviewClauseBody(Body):
    """The clause that says how the service is reviewed."""

    clause: ClauseName
    working_days: WorkingDays = 0

    def term(self) -> terms.Clause:
        return terms.Clause(clause=self.clause, working_days=self.working_days)


class TerminationClauseBody(Body):
    """The clause that says how the contract ends early, and with how much notice."""

    clause: ClauseName
    working_days: WorkingDays

    def term(self) -> terms.Clause:
        return terms.Clause(clause=self.clause, working_days=self.working_days)


class WithholdingClauseBody(Body):
    """The clause under which so much of a certificate may be kept back."""

    clause: ClauseName
    basis_points: BasisPoints

    def term(self) -> terms.Clause:
        return terms.Clause(clause=self.clause, basis_points=self.basis_points)


class SignatureBody(Body):
    """The terms. Review and termination are in every contract; what is withheld, only by clause.

    `spending` is what a ring-fenced contribution must name to pay for this; `scheme` the group of
    contracts whose overspend is shared by itself, `spending` if it is blank.
    """

    fund: Id
    payment: PaymentBody
    starts_on: Day
    ends_on: Day
    monitoring_officer: Id
    returns: terms.Frequency = "quarterly"
    return_due_working_days: Annotated[WorkingDays, Field(ge=1)] = 15
    accepted_after_working_days: Annotated[WorkingDays, Field(ge=1)] = 20
    payment_days: Annotated[int, Field(strict=True, ge=1, le=30)] = 30
    review: ReviewClauseBody
    termination: TerminationClauseBody
    withholding: WithholdingClauseBody | None = None
    sanctions_live_on: Day | None = None
    vat: Literal["outside", "exempt", "standard-recoverable", "standard-irrecoverable"] = "outside"
    spending: Annotated[str, Field(max_length=60)] = ""
    scheme: Annotated[str, Field(max_length=60)] = ""
    self_billing: bool = False
    maker_may_sign: bool = False


class VariationBody(Body):
    """A new price counts for whole financial years from `from_year` on."""

    payment: PaymentBody | None = None
    from_year: Year
    monitoring_officer: Id | None = None
    reason: Prose


class ExtensionBody(Body):
    ends_on: Day


class NoticeBody(Body):
    clause: ClauseName
    flag: Annotated[str, Field(max_length=80)] = ""
    body: Prose
    answer_working_days: Annotated[WorkingDays, Field(ge=1)] = 10


class AnswerBody(Body):
    body: Prose


class ImpactBody(Body):
    """Equality and impact: who would be affected by the end of the service, and how."""

    assessment: Prose


class TerminationBody(Body):
    """`effective_on` is the last day of service."""

    effective_on: Day


class ReleaseBody(Body):
    year: Year
    amount_pence: SomePence


class InvoiceBody(Body):
    """`invoice` is the provider's own number."""

    invoice: Id
    net_pence: SomePence
    vat_pence: Pence = 0
    period: PeriodName


class ReasonBody(Body):
    reason: Prose


class PaymentRequest(Body):
    certificates: Annotated[list[Id], Field(min_length=1, max_length=100)]


class WithholdingBody(Body):
    certificate: Id
    basis_points: Annotated[BasisPoints, Field(gt=0)]
    flag: Id


class AmountBody(Body):
    amount_pence: SomePence


class AccrualBody(Body):
    element: Literal["Activity", "Outcome"]
    period: PeriodName
    amount_pence: SomePence

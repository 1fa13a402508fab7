"""The request bodies of contracts, and what they mean in the words of the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from msgspec.structs import replace
from pydantic import Field

from services.contracts.contracts.commands import NewTarget
from services.contracts.contracts.presets import PRESETS, PresetName
from shared.http.bodies import Amount, BasisPoints, Body, Day, Id, Pence, PeriodName, Prose
from shared.published import terms

Year = Annotated[str, Field(pattern=r"^20\d\d-\d\d$", description="A financial year, `2026-27`")]
SomePence = Annotated[Pence, Field(gt=0)]
WorkingDays = Annotated[int, Field(strict=True, ge=0, le=500)]
ClauseName = Annotated[str, Field(min_length=1, max_length=40)]
StandardName = Annotated[str, Field(min_length=1, max_length=120)]
Sanction = Literal["withholding", "withholding_cap", "late_return", "forfeiture", "rating"]
STEPS = (
    "explanation", "decision", "meeting", "plan", "exception_report", "formal_review",
    "remedial_notice", "query_answer",
)  # fmt: skip
SANCTIONS: tuple[Sanction, ...] = get_args(Sanction)


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


class StandardsClauseBody(Body):
    """The clause that says which standards the service has an effect on, and when that effect is
    evaluated.
    """

    clause: ClauseName
    standards: Annotated[list[StandardName], Field(min_length=1, max_length=20)]
    evaluated: Literal["with-each-return", "at-the-formal-review"] = "at-the-formal-review"

    def term(self) -> terms.StandardsClause:
        return terms.StandardsClause(
            clause=self.clause, standards=tuple(self.standards), evaluated=self.evaluated
        )


class WithholdingClauseBody(Body):
    """The clause under which so much of a certificate may be kept back."""

    clause: ClauseName
    basis_points: BasisPoints

    def term(self) -> terms.Clause:
        return terms.Clause(clause=self.clause, basis_points=self.basis_points)


class StepClauseBody(Body):
    """The clause of one step of a case, and the days it gives; calendar days only where it says."""

    clause: ClauseName
    working_days: WorkingDays = 0
    calendar_days: Annotated[int, Field(strict=True, ge=0, le=500)] = 0

    def term(self) -> terms.Clause:
        return terms.Clause(
            clause=self.clause, working_days=self.working_days, calendar_days=self.calendar_days
        )


class ShareClauseBody(Body):
    """A clause that speaks of a part of a sum, or of none: the clause by which money is kept."""

    clause: ClauseName
    basis_points: BasisPoints = 0

    def term(self) -> terms.Clause:
        return terms.Clause(clause=self.clause, basis_points=self.basis_points)


class CaseBody(Body):
    """The preset that a case's terms begin from, and what this contract says instead.

    `without` leaves out sanctions that the preset has and this contract does not.
    """

    preset: PresetName
    explanation: StepClauseBody | None = None
    decision: StepClauseBody | None = None
    meeting: StepClauseBody | None = None
    plan: StepClauseBody | None = None
    exception_report: StepClauseBody | None = None
    formal_review: StepClauseBody | None = None
    remedial_notice: StepClauseBody | None = None
    query_answer: StepClauseBody | None = None
    withholding: ShareClauseBody | None = None
    withholding_cap: ShareClauseBody | None = None
    late_return: ShareClauseBody | None = None
    forfeiture: ShareClauseBody | None = None
    rating: ShareClauseBody | None = None
    without: Annotated[tuple[Sanction, ...], Field(max_length=5)] = ()

    def term(self) -> terms.CaseTerms:
        said = {
            name: body.term()
            for name in STEPS + SANCTIONS
            if (body := getattr(self, name)) is not None
        }
        left_out = dict.fromkeys(self.without, None)
        return replace(PRESETS[self.preset], **(left_out | said))


class SignatureBody(Body):
    """The terms. Review, termination and the effect on standards are in every contract; what is
    withheld, only by clause. `full_cost`: whether it pays the service's full cost, overheads too.

    `spending` is what a ring-fenced contribution must name to pay for this; `scheme` the group of
    contracts whose overspend is shared by itself, `spending` if it is blank. `case` is what follows
    where the service falls short; `maker_may_sign` lets whoever made a return sign it too.
    A return explains a breakdown of which more than `most_unknown_basis_points` is unknown.
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
    standards: StandardsClauseBody
    review_every_months: Annotated[int, Field(strict=True, ge=1, le=60)] = 12
    full_cost: bool | None = None
    withholding: WithholdingClauseBody | None = None
    sanctions_live_on: Day | None = None
    vat: Literal["outside", "exempt", "standard-recoverable", "standard-irrecoverable"] = "outside"
    spending: Annotated[str, Field(max_length=60)] = ""
    scheme: Annotated[str, Field(max_length=60)] = ""
    self_billing: bool = False
    maker_may_sign: bool = False
    most_unknown_basis_points: BasisPoints = 2000
    case: CaseBody | None = None


class NewTargetBody(Body):
    """A measure's target and tolerance from a period that has not begun; in the measure's unit."""

    measure: Id
    from_period: PeriodName
    target: Amount
    tolerance: Annotated[Amount, Field(ge=0)] = Decimal(0)

    def term(self) -> NewTarget:
        asked = terms.TargetFrom(
            from_period=self.from_period, target=self.target, tolerance=self.tolerance
        )
        return NewTarget(measure=self.measure, asked=asked)


class VariationBody(Body):
    """A new price counts for whole financial years from `from_year` on; a new target from its
    period on, in the place of every target that was agreed for later.
    """

    payment: PaymentBody | None = None
    from_year: Year
    monitoring_officer: Id | None = None
    targets: Annotated[tuple[NewTargetBody, ...], Field(max_length=60)] = ()
    reason: Prose


class ExtensionBody(Body):
    ends_on: Day


class NoticeBody(Body):
    """A `remedial` notice has the clause and the days of the contract's terms for it; any other
    names its own.
    """

    kind: Literal["notice", "remedial"] = "notice"
    clause: Annotated[str, Field(max_length=40)] = ""
    flag: Annotated[str, Field(max_length=200)] = ""
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


class ConfirmEndBody(Body):
    """`effective_on` is the last day of service: the one proposed, or another that the clause
    allows.
    """

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
    """Kept back for a case that was upheld, or for the return of a period until it comes."""

    certificate: Id
    basis_points: Annotated[BasisPoints, Field(gt=0)]
    flag: Annotated[str, Field(max_length=200)] = ""
    period: Annotated[str, Field(max_length=20)] = ""


class AmountBody(Body):
    amount_pence: SomePence


class AccrualBody(Body):
    element: Literal["Activity", "Outcome"]
    period: PeriodName
    amount_pence: SomePence

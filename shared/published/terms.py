"""The values that published events of several services speak in.

Ids are opaque strings: an agency's is its published code where it has one, a person's says nothing
about the person, everything else is a UUID.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

import msgspec

from shared.values.quarters import first_day

AgencyId = str
PersonId = str
PartnershipId = str
FundId = str
ContractId = str
MeasureId = str
OutcomeId = str
FinancialYear = str
"""As `2026/27`."""
Period = str
"""`2026-27-Q1`, `2026-27-M01` or `2026-27-Y`: a quarter, month or year of a financial year."""

AgencyKind = Literal[
    "council", "nhs-icb", "nhs-trust", "local-policing-body", "probation", "school", "other"
]
Quadrant = Literal["how-much", "how-well", "better-off-number", "better-off-percent"]
Unit = Literal["number", "percent", "days", "score", "pence"]
Direction = Literal["higher", "lower", "neutral"]
Breakdown = Literal["age-band", "sex", "ethnicity", "send", "disability", "religion", "locality"]
LegalBasis = Literal["section-75", "section-10", "other"]
Element = Literal["Block", "Activity", "Fee", "Outcome"]
Frequency = Literal["monthly", "quarterly", "annual"]
AgreementKind = Literal["contract", "sla", "grant"]


class Term(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value inside an event; like the event, it only ever gains optional fields."""


class TextRef(Term, frozen=True, kw_only=True):
    """A text in its owner's deletable store: where it is, and a salted hash of what it said."""

    text: UUID
    digest: str


class Member(Term, frozen=True, kw_only=True):
    """A partner agency of a partnership."""

    agency: AgencyId
    kind: AgencyKind
    name: str


class Outcome(Term, frozen=True, kw_only=True):
    """A condition of well-being of a whole population, in plain words."""

    outcome: OutcomeId
    title: str


class TargetFrom(Term, frozen=True, kw_only=True):
    """A measure's target and tolerance from a period on, until a later one takes its place."""

    from_period: Period
    target: Decimal | None = None
    tolerance: Decimal = Decimal(0)


class DisclosurePolicy(Term, frozen=True, kw_only=True):
    """How a measure's counts leave for someone without the right to the true ones.

    Counts from 1 up to `suppress_up_to` do not show; the others are rounded to `round_to`.
    """

    suppress_up_to: Literal[4, 5, 7]
    round_to: Literal[1, 5] = 5


class MeasureTerms(Term, frozen=True, kw_only=True):
    """How one service's work is measured, as a contract carries it.

    `target` and `baseline` are in the measure's unit; `tolerance` is how far past the target still
    counts as meeting it; `breach_periods` is how many misses in a row raise a flag; a period whose
    denominator is below `minimum_volume` is not counted. `targets` take the place of `target` and
    `tolerance` from their periods on, the earliest first. `counted` and `out_of` say in words what
    the numerator and the denominator are. Without `disclosure`, counts under 8 and breakdowns are
    for the provider and the contract manager alone. A value outside `expected_from` to
    `expected_to` is asked about; a `stock` (places, people on a list) is what there was at the end,
    so its quarter says nothing of its months together.
    """

    measure: MeasureId
    title: str
    outcome: OutcomeId
    quadrant: Quadrant
    unit: Unit
    direction: Direction
    target: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    baseline: Decimal | None = None
    breakdowns: tuple[Breakdown, ...] = ()
    breach_periods: int = 2
    minimum_volume: int = 0
    targets: tuple[TargetFrom, ...] = ()
    counted: str = ""
    out_of: str = ""
    headline: bool = False
    disclosure: DisclosurePolicy | None = None
    expected_from: Decimal | None = None
    expected_to: Decimal | None = None
    stock: bool = False

    def asked_in(self, period: Period) -> TargetFrom:
        """The target and tolerance that hold in a period."""
        asked = TargetFrom(from_period="", target=self.target, tolerance=self.tolerance)
        for later in self.targets:
            if first_day(later.from_period) <= first_day(period):
                asked = later
        return asked


class Block(Term, frozen=True, kw_only=True, tag="block", tag_field="mechanism"):
    """A fixed sum a year, certified in equal instalments on the contract's dates."""

    annual_pence: int
    instalments: Literal["monthly", "quarterly"] = "quarterly"


class CostAndVolume(Term, frozen=True, kw_only=True, tag="cost-and-volume", tag_field="mechanism"):
    """A price for each unit of a measure, within an annual floor and cap."""

    measure: MeasureId
    unit_price_pence: int
    floor_annual_pence: int = 0
    cap_annual_pence: int


class Rate(Term, frozen=True, kw_only=True):
    """What one unit of an outcome measure earns."""

    measure: MeasureId
    price_pence: int


class FeePlusOutcomes(
    Term, frozen=True, kw_only=True, tag="fee-plus-outcomes", tag_field="mechanism"
):
    """A fixed fee, and a rate card of outcomes up to an annual cap.

    Somebody outside the fund, `co_payer`, may pay the provider so much of each outcome itself.
    """

    fee_annual_pence: int
    rates: tuple[Rate, ...]
    outcome_cap_annual_pence: int
    co_payer: str = ""
    co_payer_basis_points: int = 0


class PaidMilestone(Term, frozen=True, kw_only=True):
    """A sum earned once, when a return first says 1 or more of its measure; planned for a day."""

    measure: MeasureId
    price_pence: int
    due_on: date


class Milestones(Term, frozen=True, kw_only=True, tag="milestones", tag_field="mechanism"):
    """So much for each milestone, whenever it is met."""

    milestones: tuple[PaidMilestone, ...]


class GainShare(Term, frozen=True, kw_only=True, tag="gain-share", tag_field="mechanism"):
    """The provider's own cost, a measure in pence, against a target.

    Of what it stays below the target by, the provider keeps `gain_basis_points`; of what it goes
    above by, it bears `loss_basis_points`. A year's gain is paid with its last return.
    """

    measure: MeasureId
    target_annual_pence: int
    gain_basis_points: int
    loss_basis_points: int
    cap_annual_pence: int


Payment = Block | CostAndVolume | FeePlusOutcomes
OnReturns = Milestones | GainShare
"""Ways of paying that came later, beside the ones `payment` was published with."""
Mechanism = Payment | OnReturns


class Clause(Term, frozen=True, kw_only=True):
    """A term that a rule rests on, and the clause that says so.

    Most clauses count working days; one that counts `calendar_days` says so.
    """

    clause: str
    working_days: int = 0
    basis_points: int = 0
    calendar_days: int = 0


class CaseTerms(Term, frozen=True, kw_only=True):
    """What follows where a service falls short, step by step, each under its clause.

    Working days count from the step before: to explain from the request, to decide from the
    explanation, to meet from the upholding, to plan from the meeting, to answer an exception report
    and to conclude a formal review from the escalation. One case may keep back `withholding`
    of every certificate, and a return that does not come `late_return` until it comes; all together
    `withholding_cap`. What is kept back is kept for good only under `forfeiture`. `rating`, where
    the law asks for ratings: how far past its tolerance, in basis points of the target, a value
    requires improvement before it is inadequate. `preset` names the terms these began from.
    """

    preset: str = ""
    explanation: Clause
    decision: Clause
    meeting: Clause
    plan: Clause
    exception_report: Clause
    formal_review: Clause
    remedial_notice: Clause
    query_answer: Clause
    withholding: Clause | None = None
    withholding_cap: Clause | None = None
    late_return: Clause | None = None
    forfeiture: Clause | None = None
    rating: Clause | None = None


class Wanted(Term, frozen=True, kw_only=True):
    """A figure that nobody can give yet and somebody is to make possible by a day."""

    title: str
    outcome: OutcomeId
    quadrant: Quadrant
    owner: PersonId
    wanted_by: date


class StandardsClause(Term, frozen=True, kw_only=True):
    """The clause that says which standards the service has an effect on, such as a national
    service framework, and when that effect is evaluated.
    """

    clause: str
    standards: tuple[str, ...]
    evaluated: Literal["with-each-return", "at-the-formal-review"] = "at-the-formal-review"


class ContractTerms(Term, frozen=True, kw_only=True):
    """What was agreed: with whom, for what, how it is measured, paid, reviewed and ended.

    `commitments` is the value in pence of each financial year. Working days are England's.
    A ring-fenced contribution pays for this only where its `ring_fence` is `spending`; `scheme`
    names the group of contracts whose overspend is shared by itself, `spending` if it is blank.
    `self_billing`: the fund raises the invoice itself with each certificate. Where the contract is
    paid `on_returns`, `payment` is a block of nothing. Where `maker_may_sign`, whoever made a
    return may sign it too, with a declaration (small charities). `wanted` is the data development
    agenda. A return explains a breakdown of which more than `most_unknown_basis_points` is unknown.
    `case` is what follows where the service falls short; a contract without it has only
    its review and withholding clauses. `standards` is in every contract signed since it was asked
    for. The contract is reviewed every so many months; `full_cost` says whether it pays the
    service's full cost, where somebody said so.
    """

    kind: AgreementKind
    partnership: PartnershipId
    commissioner: AgencyId
    provider: AgencyId
    fund: FundId
    specification: str
    award: str
    title: str
    starts_on: date
    ends_on: date
    commitments: dict[FinancialYear, int]
    payment: Payment
    outcomes: tuple[Outcome, ...]
    measures: tuple[MeasureTerms, ...]
    monitoring_officer: PersonId
    returns: Frequency = "quarterly"
    return_due_working_days: int = 15
    accepted_after_working_days: int = 20
    payment_days: int = 30
    review: Clause
    termination: Clause
    withholding: Clause | None = None
    sanctions_live_on: date | None = None
    vat: Literal["outside", "exempt", "standard-recoverable", "standard-irrecoverable"] = "outside"
    spending: str = ""
    scheme: str = ""
    self_billing: bool = False
    on_returns: OnReturns | None = None
    maker_may_sign: bool = False
    wanted: tuple[Wanted, ...] = ()
    most_unknown_basis_points: int = 2000
    case: CaseTerms | None = None
    standards: StandardsClause | None = None
    review_every_months: int = 12
    full_cost: bool | None = None

    @property
    def mechanism(self) -> Mechanism:
        """How the contract is paid."""
        return self.on_returns or self.payment

    def paid_by(self, mechanism: Mechanism) -> ContractTerms:
        """The same terms with another way of paying."""
        if isinstance(mechanism, Milestones | GainShare):
            nothing = Block(annual_pence=0)
            return msgspec.structs.replace(self, payment=nothing, on_returns=mechanism)
        return msgspec.structs.replace(self, payment=mechanism, on_returns=None)

    @property
    def risk_scheme(self) -> str:
        return self.scheme or self.spending


class Reading(Term, frozen=True, kw_only=True):
    """One value of a measure for one month or whole period.

    Value and status are apart: 0, missing, not applicable, suppressed and nil are five facts.
    """

    measure: MeasureId
    period: Period
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    status: Literal["given", "missing", "not-applicable", "suppressed", "nil"] = "given"


class BrokenDown(Term, frozen=True, kw_only=True):
    """A part of a reading, for one group of one breakdown."""

    measure: MeasureId
    breakdown: Breakdown
    group: str
    count: int


class BudgetLine(Term, frozen=True, kw_only=True):
    """The provider's own spend against budget, by element, with its forecast to year end."""

    element: Element
    budget_pence: int
    spent_pence: int
    forecast_pence: int


class TakenOver(Term, frozen=True, kw_only=True):
    """A contract, and the agency that goes on with it once its fund is unwound."""

    contract: ContractId
    agency: AgencyId


class Share(Term, frozen=True, kw_only=True):
    """A partner's part of a sum."""

    partner: AgencyId
    pence: int

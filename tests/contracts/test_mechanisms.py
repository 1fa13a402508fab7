"""Milestones, gain and loss shares, an outside co-payer, and a fund that bills itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.contracts import prices
from services.contracts.contracts.commands import CertifyDue, ReceiveInvoice
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.refusals import AboveAward, MilestoneOutside, SelfBilled
from shared.published.contracts import (
    CertificationReversed,
    CommitmentReleased,
    ContractSigned,
    InvoiceReceived,
    PaymentCertified,
)
from shared.published.terms import (
    FeePlusOutcomes,
    GainShare,
    Mechanism,
    Milestones,
    PaidMilestone,
    Rate,
    Reading,
)
from shared.testing.scenarios import Scenario
from tests.contracts.parts import DRAFT, MEASURE, accepted, at, signing

OPENED = msgspec.structs.replace(MEASURE, measure="m2", title="Hub opened")
MILESTONES = Milestones(
    milestones=(
        PaidMilestone(measure="m1", price_pence=100, due_on=date(2026, 6, 30)),
        PaidMilestone(measure="m2", price_pence=900, due_on=date(2027, 6, 30)),
    )
)
GAIN = GainShare(
    measure="m1", target_annual_pence=1_000, gain_basis_points=2_500, loss_basis_points=4_000,
    cap_annual_pence=1_100,
)  # fmt: skip
HALF = FeePlusOutcomes(
    fee_annual_pence=0, rates=(Rate(measure="m1", price_pence=3),), outcome_cap_annual_pence=25,
    co_payer="Life Chances Fund", co_payer_basis_points=5_000,
)  # fmt: skip
drafted = Scenario(CONTRACTS).when_done(DRAFT)


def agreed(payment: Mechanism, **changes: Any) -> Any:
    both = ("2026/27", "2027/28")
    return drafted.when_done(signing(payment, *both, measures=(MEASURE, OPENED), **changes))


def certified(scenario: Any, *commands: Any) -> list[int]:
    """What each command certifies, reversed sums as minus."""
    found: list[int] = []
    for command in commands:
        for event in scenario.when(command).events():
            match event:
                case PaymentCertified():
                    found.append(event.amount_pence)
                case CertificationReversed():
                    found.append(-event.amount_pence)
                case _:
                    pass
        scenario = scenario.when_done(command)
    return found


def test_milestones_are_promised_in_the_years_they_are_planned_for() -> None:
    [signed] = [
        e
        for e in drafted.when(signing(MILESTONES, measures=(MEASURE, OPENED))).events()
        if isinstance(e, ContractSigned)
    ]
    assert signed.terms.commitments == {"2026/27": 100, "2027/28": 900}
    late = Milestones(
        milestones=(PaidMilestone(measure="m1", price_pence=1, due_on=date(2030, 1, 1)),)
    )
    drafted.when(signing(late)).then_refused(MilestoneOutside, "/body/payment")
    twice = Milestones(milestones=(MILESTONES.milestones[0], MILESTONES.milestones[0]))
    drafted.when(signing(twice)).then_refused(MilestoneOutside, "/body/payment")
    dear = PaidMilestone(measure="m1", price_pence=10**12, due_on=date(2026, 6, 30))
    drafted.when(signing(Milestones(milestones=(dear,)))).then_refused(AboveAward)


def test_a_milestone_is_paid_once_whenever_it_is_met() -> None:
    now = at(2027, 1, 20)
    contract = agreed(MILESTONES)
    returns = [
        accepted("2026-27-Q1", 0, now), accepted("2026-27-Q2", 1, now),
        accepted("2026-27-Q3", 1, now), accepted("2026-27-Q1", 1, now, version=2),
    ]  # fmt: skip
    assert certified(contract, *returns) == [0, 100, 0, 0, 0]


def test_a_milestone_that_was_not_met_after_all_is_reversed() -> None:
    now = at(2027, 1, 20)
    met, undone = accepted("2026-27-Q1", 1, now), accepted("2026-27-Q1", 0, now, version=2)
    assert certified(agreed(MILESTONES), met, undone) == [100, -100, 0]


def test_below_the_target_the_provider_is_paid_its_cost_and_at_the_end_its_part_of_the_gain() -> (
    None
):
    now = at(2027, 4, 20)
    quarters = [accepted(f"2026-27-Q{n}", 200, now) for n in range(1, 5)]
    assert certified(agreed(GAIN), *quarters) == [200, 200, 200, 200 + 50]


def test_above_the_target_the_provider_bears_its_part_of_the_loss_up_to_the_cap() -> None:
    now = at(2027, 4, 20)
    quarters = [accepted(f"2026-27-Q{n}", 300, now) for n in range(1, 5)]
    assert certified(agreed(GAIN), *quarters) == [300, 300, 300, 160 + 40]
    last = agreed(GAIN).when_done(*quarters[:3]).when(quarters[3]).events()
    [final] = [e for e in last if isinstance(e, PaymentCertified)]
    assert final.capped_pence == 20


@given(st.integers(0, 10**13), st.integers(0, 10**13), st.integers(0, 10**4), st.integers(0, 10**4))
def test_a_gain_shared_never_takes_back_what_was_due_before(
    cost: int, more: int, gain: int, loss: int
) -> None:
    terms = msgspec.structs.replace(GAIN, gain_basis_points=gain, loss_basis_points=loss)
    before = prices.gain_shared(terms, 10**12, cost, whole_year=False)
    after = prices.gain_shared(terms, 10**12, cost + more, whole_year=False)
    assert before <= after
    whole = prices.gain_shared(terms, 10**12, cost, whole_year=True)
    assert before <= whole <= max(cost, 10**12)


def test_what_an_outside_co_payer_pays_is_noted_and_never_posted() -> None:
    now = at(2027, 4, 20)
    contract = agreed(HALF)
    noted: list[tuple[int, int, int]] = []
    for n in range(1, 4):
        command = accepted(f"2026-27-Q{n}", 3, now)
        [event] = [
            e
            for e in contract.when(command).events()
            if isinstance(e, PaymentCertified) and e.element == "Outcome"
        ]
        noted.append((event.amount_pence, event.co_paid_pence, event.capped_pence))
        contract = contract.when_done(command)
    # 9, 9 and 7 of 25 within the cap; the other half of the sum so far, rounded down
    assert noted == [(5, 4, 0), (4, 5, 0), (4, 3, 2)]
    assert contract.state.terms.commitments["2026/27"] == 13


def test_a_fund_that_bills_itself_raises_the_invoice_with_the_certificate() -> None:
    contract = agreed(HALF, self_billing=True, vat="standard-recoverable")
    command = accepted("2026-27-Q1", 8, at(2026, 7, 20))
    events = contract.when(command).events()
    [raised] = [e for e in events if isinstance(e, InvoiceReceived)]
    assert (raised.net_pence, raised.vat_pence, raised.self_billed) == (12, 2, True)
    own = ReceiveInvoice(
        invoice="i1", net_pence=5, vat_pence=1, period="2026-27-Q1", now=at(2026, 7, 20)
    )
    contract.when(own).then_refused(SelfBilled)


def test_months_of_a_milestone_count_together() -> None:
    month = Reading(measure="m1", period="2026-27-M01", value=MEASURE.tolerance + 1)
    assert prices.met(MILESTONES, "2026-27-Q1", (month,)) == {"m1"}
    assert not any(
        isinstance(e, CommitmentReleased)
        for e in agreed(MILESTONES).when(CertifyDue(now=at(2026, 7, 2))).events()
    )

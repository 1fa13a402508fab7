"""Whatever is done in whatever order: the caps hold, nobody is overpaid, and the ledger agrees."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.contracts import commands
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.prices import earnable_in
from services.contracts.contracts.signing import price_changes
from services.contracts.contracts.state import Signed
from services.contracts.pooled_funds import commands as funds
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.reactions import fund_year
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.handle import Step
from shared.published.contracts import PaymentMade, RiskShareSettled, YearClosed
from shared.published.terms import (
    Block,
    CostAndVolume,
    FeePlusOutcomes,
    GainShare,
    Mechanism,
    Milestones,
    PaidMilestone,
    Rate,
)
from shared.values.quarters import periods, year_of
from tests.contracts.desk import FUND, PARTNERS, Desk
from tests.contracts.parts import TEXT, accepted, at, terms

STARTS, ENDS = date(2026, 6, 15), date(2028, 6, 14)
PERIODS = periods(STARTS, ENDS, "quarterly")
YEARS = ("2026/27", "2027/28", "2028/29")

mechanisms = st.one_of(
    st.builds(Block, annual_pence=st.integers(1, 10**7)),
    st.builds(
        CostAndVolume,
        measure=st.just("m1"),
        unit_price_pence=st.integers(1, 50_000),
        floor_annual_pence=st.integers(0, 10**5),
        cap_annual_pence=st.integers(10**5, 10**7),
    ),
    st.builds(
        FeePlusOutcomes,
        fee_annual_pence=st.integers(1, 10**6),
        rates=st.integers(1, 50_000).map(lambda p: (Rate(measure="m1", price_pence=p),)),
        outcome_cap_annual_pence=st.integers(0, 10**6),
    ),
    st.builds(
        FeePlusOutcomes,
        fee_annual_pence=st.integers(1, 10**6),
        rates=st.integers(1, 50_000).map(lambda p: (Rate(measure="m1", price_pence=p),)),
        outcome_cap_annual_pence=st.integers(0, 10**6),
        co_payer=st.just("Life Chances"),
        co_payer_basis_points=st.integers(0, 10_000),
    ),
    st.integers(1, 10**6).map(
        lambda pence: Milestones(
            milestones=(PaidMilestone(measure="m1", price_pence=pence, due_on=date(2027, 5, 1)),)
        )
    ),
    st.builds(
        GainShare,
        measure=st.just("m1"),
        target_annual_pence=st.integers(1, 200),
        gain_basis_points=st.integers(0, 10_000),
        loss_basis_points=st.integers(0, 10_000),
        cap_annual_pence=st.integers(1, 300),
    ),
)
regimes = st.sampled_from(["outside", "standard-recoverable", "standard-irrecoverable"])
contributions = st.tuples(*[st.integers(1, 10**6)] * 3)
numbers = st.integers(0, 10**6)
deeds = st.lists(
    st.tuples(
        st.sampled_from(
            ["wait", "return", "restate", "pay", "withhold", "release", "forfeit", "accrue",
             "vary", "open", "close", "give-up", "terminate", "join", "reduce"]
        ),
        numbers,
    ),
    min_size=5,
    max_size=40,
)  # fmt: skip


def nth(items: Iterable[str], number: int) -> str:
    known = list(items)
    return known[number % len(known)] if known else "none"


def returned(desk: Desk, number: int) -> None:
    desk.contract("k1", accepted(nth(PERIODS, number), number % 97, desk.now))


def restated(desk: Desk, number: int) -> None:
    period = nth(desk.signed().returns, number)
    known = desk.signed().returns.get(period)
    if known:
        version = known.version + 1
        desk.contract("k1", accepted(period, number % 89, desk.now, version))


def pay(desk: Desk, number: int) -> None:
    books = desk.signed().books
    names = [n for n, c in books.standing.items() if c.owed_pence and not c.payment]
    chosen = {books.standing[n].year for n in names}
    year = nth(sorted(chosen), number)
    payment = f"pay{len(books.payments)}"
    wanted = tuple(n for n in names if books.standing[n].year == year)
    desk.contract(
        "k1",
        commands.PreparePayment(
            payment=payment, certificates=wanted, prepared_by="fin", now=desk.now
        ),
    )
    desk.contract("k1", commands.ApprovePayment(payment=payment, approved_by="fay", now=desk.now))
    made = desk.log[-1]
    assert isinstance(made, PaymentMade)
    books = desk.signed().books
    kept = books.withheld_pence + sum(c.forfeited_pence for c in books.standing.values())
    assert books.paid_pence <= books.certified_pence - kept
    assert books.credit_pence == 0


def withhold(desk: Desk, number: int) -> None:
    books = desk.signed().books
    desk.contract(
        "k1",
        commands.WithholdAmount(
            withholding=f"w{len(books.withholdings)}", certificate=nth(books.standing, number),
            basis_points=number % 700, flag="fl1", flag_upheld=True, now=desk.now,
        ),
    )  # fmt: skip


def release(desk: Desk, number: int) -> None:
    name = nth(desk.signed().books.withholdings, number)
    desk.contract(
        "k1",
        commands.ReleaseWithholding(withholding=name, amount_pence=number % 50, now=desk.now),
    )


def forfeit(desk: Desk, number: int) -> None:
    name = nth(desk.signed().books.withholdings, number)
    desk.contract(
        "k1",
        commands.ForfeitWithholding(withholding=name, amount_pence=number % 50, now=desk.now),
    )


def accrue(desk: Desk, number: int) -> None:
    outcomes = isinstance(desk.signed().terms.mechanism, FeePlusOutcomes | Milestones)
    element = "Outcome" if outcomes else "Activity"
    name = f"a{len(desk.signed().books.accruals)}"
    desk.contract(
        "k1",
        commands.ProposeAccrual(
            accrual=name, element=element, period=nth(PERIODS, number),
            amount_pence=number % 5000 + 1, proposed_by="fin", now=desk.now,
        ),
    )  # fmt: skip
    desk.contract("k1", commands.ApproveAccrual(accrual=name, approved_by="fay", now=desk.now))


def vary(desk: Desk, number: int) -> None:
    state = desk.signed()
    was = state.terms.payment
    if not isinstance(was, Block):
        return
    payment = Block(annual_pence=was.annual_pence + number - 500_000)
    if payment.annual_pence <= 0:
        return
    year = nth(YEARS, number)
    changes = price_changes(state, payment, year)
    command = commands.VaryContract(
        payment=payment, from_year=year, monitoring_officer=None, changes=changes,
        open_years=state.posting_years, reason=TEXT, varied_by="lea", now=desk.now,
    )  # fmt: skip
    reserving = [
        Step(
            POOLED_FUNDS,
            fund_year(FUND, y),
            funds.ReserveCommitment(contract="k1", amount_pence=pence, now=desk.now),
        )
        for y, pence in sorted(changes.items())
        if y in state.posting_years
    ]
    desk.do(Step(CONTRACTS, "k1", command), *reserving)


def open_year(desk: Desk, number: int) -> None:
    year = YEARS[min(len(desk.years()), 2)]
    desk.open_year(year)
    desk.agree_contributions(year, (number, 3 * number + 1, 7))


def close(desk: Desk, number: int) -> None:
    del number
    year = min((y for y, s in desk.years().items() if s.status != "closed"), default=YEARS[0])
    for quarter in range(1, 5):
        named = f"{year.replace('/', '-')}-Q{quarter}"
        invoice_all(desk, year, named)
    if desk.year(year).status == "open":
        desk.prepare_close(year)
    desk.close(year)


def invoice_all(desk: Desk, year: str, period: str) -> None:
    try:
        desk.fund(year, funds.InvoiceContributions(period=period, now=desk.now))
    except Refused as refused:
        assert refused.code in {"nothing-to-invoice", "year-closed"}  # noqa: PT017


def give_up(desk: Desk, number: int) -> None:
    command = commands.ReleaseCommitment(
        year=nth(YEARS, number), amount_pence=number % 900 + 1, now=desk.now
    )
    desk.contract("k1", command)


def terminate(desk: Desk, number: int) -> None:
    if number % 5:
        return
    desk.contract("k1", commands.AssessImpact(assessment="i", text=TEXT, assessed_by="l", now=NOW))
    on = desk.now.date() + timedelta(days=40 + number % 100)
    desk.contract(
        "k1", commands.TerminateContract(effective_on=on, terminated_by="lea", now=desk.now)
    )


def join(desk: Desk, number: int) -> None:
    """Somebody joins, or leaves; the weights change from today or a little before."""
    year = nth(desk.years(), number)
    names = ("icb", "council", "police", "school")[: 2 + number % 3]
    command = funds.ChangePartners(
        partners=names,
        attribution_weights=tuple(1 + (number >> n) % 5 for n in range(len(names))),
        from_on=desk.now.date() - timedelta(days=number % 20),
        now=desk.now,
    )
    desk.fund(year, command)


def reduce(desk: Desk, number: int) -> None:
    command = funds.ReduceContribution(
        partner=PARTNERS[number % 3], amount_pence=number % 999 + 1, legal_basis="section-10",
        ring_fence="", recurrent=True, now=desk.now,
    )  # fmt: skip
    desk.fund(nth(desk.years(), number), command)


NOW = at(2026, 6, 1)
DEEDS: dict[str, Callable[[Desk, int], None]] = {
    "wait": lambda desk, number: desk.advance(desk.now + timedelta(days=number % 150)),
    "return": returned,
    "restate": restated,
    "pay": pay,
    "withhold": withhold,
    "release": release,
    "forfeit": forfeit,
    "accrue": accrue,
    "vary": vary,
    "open": open_year,
    "close": close,
    "give-up": give_up,
    "terminate": terminate,
    "join": join,
    "reduce": reduce,
}


def begun(
    payment: Mechanism, vat: str, contributions: tuple[int, ...] = (20_000_001, 10_000_000, 3)
) -> Desk:
    """A contract that an override lets go above whatever the partners agreed."""
    desk, now = Desk(), NOW
    desk.now = now
    desk.open_year("2026/27")
    desk.fund(
        "2026/27",
        funds.AgreeRiskShare(
            overspend_weights=(1, 1, 1), carry_forward_limit_basis_points=200, now=now
        ),
    )
    desk.agree_contributions("2026/27", contributions)
    override = funds.GiveOverride(
        override="o1", contract="k1", above_pence=10**12, reason=TEXT, given_by="cfo", now=now
    )
    desk.fund("2026/27", override)
    desk.sign("k1", terms(payment, starts_on=STARTS, ends_on=ENDS, vat=vat))
    return desk


def within_caps(contract: Signed) -> None:
    for year, payment in contract.payments.items():
        if isinstance(payment, Milestones):
            paid = sum(c.net_pence for c in contract.books.standing.values())
            assert paid <= sum(m.price_pence for m in payment.milestones)
            continue
        earned = sum(
            c.net_pence
            for c in contract.books.standing.values()
            if c.element in ("Activity", "Outcome") and year_of(c.period) == year
        )
        assert earned <= earnable_in(payment, year, STARTS, ENDS)
    for certificate in contract.books.standing.values():
        assert certificate.owed_pence >= 0
        assert certificate.withheld_pence >= 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mechanisms, regimes, contributions, deeds)
def test_whatever_is_done_the_caps_hold_and_the_ledger_agrees(
    payment: Mechanism, vat: str, agreed: tuple[int, ...], done: list[tuple[str, int]]
) -> None:
    desk = begun(payment, vat, agreed)
    for name, number in done:
        with contextlib.suppress(Refused):
            DEEDS[name](desk, number)
        desk.agree()
        within_caps(desk.signed())


def test_a_return_after_the_close_posts_to_the_open_year_and_ends_its_accrual() -> None:
    volume = CostAndVolume(measure="m1", unit_price_pence=100, cap_annual_pence=10**6)
    desk = begun(volume, "outside")
    desk.advance(at(2027, 4, 1))
    accrual = commands.ProposeAccrual(
        accrual="a1", element="Activity", period="2026-27-Q4", amount_pence=5000,
        proposed_by="fin", now=desk.now,
    )  # fmt: skip
    desk.contract("k1", accrual)
    desk.contract("k1", commands.ApproveAccrual(accrual="a1", approved_by="fay", now=desk.now))
    close(desk, 0)
    desk.contract("k1", accepted("2026-27-Q4", 70, desk.now))
    assert desk.signed().books.certificates == {}
    open_year(desk, 10**6)
    desk.agree()

    certificate = next(iter(desk.signed().books.certificates.values()))
    assert (certificate.year, certificate.period) == ("2027/28", "2026-27-Q4")
    assert desk.year("2026/27").cost_pence == 5000
    assert desk.year("2027/28").cost_pence == 2000


def test_an_overspend_is_borne_by_the_risk_share() -> None:
    desk = begun(Block(annual_pence=36_500), "outside", (10_000, 5_000, 0))
    desk.advance(at(2027, 4, 1))
    close(desk, 0)
    desk.agree()
    closed, settled = desk.log[-2:]
    assert isinstance(closed, YearClosed)
    assert isinstance(settled, RiskShareSettled)
    assert closed.result_pence == 15_000 - 29_000
    assert [share.pence for share in settled.shares] == [4_667, 4_667, 4_666]


def test_nothing_is_certified_in_a_year_while_its_close_is_prepared() -> None:
    desk = begun(Block(annual_pence=36_500), "outside")
    desk.now = at(2027, 4, 1)
    for quarter in range(1, 5):
        invoice_all(desk, "2026/27", f"2026-27-Q{quarter}")
    desk.prepare_close("2026/27")
    desk.advance(at(2027, 4, 2))
    assert desk.signed().books.certificates == {}
    assert desk.year("2026/27").reserved == {"k1": 0}
    desk.open_year("2027/28")
    assert {c.year for c in desk.signed().books.certificates.values()} == {"2027/28"}
    desk.agree()

"""What changes in a fund: money reduced, partners that come and go, aligned budgets, the end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from services.contracts.contracts.commands import HandOver
from services.contracts.pooled_funds import commands
from services.contracts.pooled_funds.proposing import proposals
from services.contracts.pooled_funds.refusals import (
    AboveContribution,
    ApproverIsPreparer,
    AssetsNotPlaced,
    AuthorityExceeded,
    BelowInvoiced,
    BudgetIsAligned,
    ChangeOutOfOrder,
    ContractsNotNamed,
    DebtsUnsettled,
    FundIsUnwound,
    HostNotPartner,
    LaterYear,
    NoEligibleMoney,
    NotClosed,
    NotCounted,
    StaffNotPlaced,
    UnknownPartner,
    UnwindingNotPrepared,
    WeightsDoNotFit,
)
from services.gateway.ledgers import accounts
from shared.eventsourcing.commands import Refused
from shared.published.contracts import ContributionInvoiced, CostTruedUp, FundUnwound
from shared.published.funds import AssetShare, StaffShare
from shared.published.terms import Block, Share, TakenOver
from tests.contracts.desk import Desk
from tests.contracts.parts import NOW, at, terms
from tests.contracts.test_fund_rules import (
    close,
    contribution,
    fund,
    funded,
    invoiced,
    invoicing,
    opened,
    opening,
    prepare,
    reserving,
)
from tests.contracts.test_whole_years import close as close_desk
from tests.contracts.test_whole_years import invoice_all, pay

YEAR = "2026/27"
APRIL = at(2027, 4, 1)


def reducing(pence: int, partner: str = "icb", **changes: object) -> commands.ReduceContribution:
    fields: dict[str, object] = {
        "partner": partner, "amount_pence": pence, "legal_basis": "section-75", "ring_fence": "",
        "recurrent": True, "now": NOW,
    }  # fmt: skip
    return commands.ReduceContribution(**(fields | changes))  # type: ignore[arg-type]


def joining(
    *partners: str, weights: tuple[int, ...] = (1, 1), on: date = date(2026, 7, 1)
) -> commands.ChangePartners:
    return commands.ChangePartners(
        partners=partners, attribution_weights=weights, from_on=on, now=NOW
    )


def test_a_contribution_is_reduced_no_further_than_it_is_free() -> None:
    funded.when(reducing(1002)).then_refused(AboveContribution, "/body/amount_pence")
    funded.when(reducing(1, ring_fence="schools")).then_refused(
        AboveContribution, "/body/amount_pence"
    )
    funded.when_done(invoicing(4)).when(reducing(1)).then_refused(
        BelowInvoiced, "/body/amount_pence"
    )
    funded.when_done(reserving(1500)).when(reducing(2)).then_refused(AuthorityExceeded)
    less = funded.when_done(invoicing(1), reducing(101))
    assert less.state.authority_pence == 1400
    assert less.when_done(invoicing(4)).state.invoiced["icb"] == 900


def test_instalments_are_as_agreed() -> None:
    monthly = opened.when_done(contribution("icb", 1200, instalments="monthly"))
    may = commands.InvoiceContributions(period="2026-27-M02", now=NOW)
    [first] = monthly.when(may).events()
    assert isinstance(first, ContributionInvoiced)
    assert (first.amount_pence, first.period) == (200, "2026-27-M02")
    whole = opened.when_done(contribution("icb", 1200, instalments="annual"))
    [first] = whole.when(invoicing(1)).events()
    assert isinstance(first, ContributionInvoiced)
    assert first.amount_pence == 1200


def test_next_year_is_proposed_what_recurs() -> None:
    year = opened.when_done(
        contribution("icb", 10_000),
        contribution("icb", 1_000),
        contribution("icb", 700, recurrent=False),
        reducing(500),
        contribution("council", 300, recurrent=False),
    ).state
    [only] = proposals(year, 200, 100)
    assert (only.base_pence, only.changes_pence) == (10_000, 500)
    assert (only.uplift_pence, only.efficiency_pence, only.annual_pence) == (210, 105, 10_605)


def test_a_further_year_opens_with_its_proposals() -> None:
    year = funded.state
    next_year = opening(year="2027/28", proposals=proposals(year, 0, 0))
    state = fund.when_done(next_year).state
    assert [one.annual_pence for one in state.proposals] == [1001, 500]


def test_partners_come_and_go_from_a_day_on() -> None:
    joined = funded.when_done(joining("icb", "council", "school", weights=(2, 1, 1)))
    assert joined.state.partners == ("icb", "council", "police", "school")
    assert joined.state.agreement.latest_weights == (2, 1, 0, 1)
    joined.when_done(contribution("school", 5, legal_basis="section-10"))
    joined.when(contribution("police", 5, legal_basis="section-10")).then_refused(UnknownPartner)
    funded.when(joining("council", "school")).then_refused(HostNotPartner, "/body/partners")
    funded.when(joining("icb", "school", weights=(1,))).then_refused(
        WeightsDoNotFit, "/body/attribution_weights"
    )
    joined.when(joining("icb", "council")).then_refused(ChangeOutOfOrder, "/body/from_on")
    outside = joining("icb", "council", on=date(2027, 4, 1))
    funded.when(outside).then_refused(ChangeOutOfOrder, "/body/from_on")


def test_nobody_leaves_a_contract_without_anyone_to_bear_it() -> None:
    fenced = opened.when_done(
        contribution("icb", 10, ring_fence="health"),
        contribution("council", 10, ring_fence="youth"),
        contribution("police", 1, legal_basis="section-10", ring_fence="justice"),
        reserving(5, spending="youth"),
    )
    fenced.when(joining("icb", "police")).then_refused(NoEligibleMoney)
    fenced.when_done(joining("icb", "council"))


def test_money_is_not_fenced_off_from_a_contract_that_was_promised_it() -> None:
    promised = opened.when_done(
        joining("icb", "council"), contribution("icb", 9, ring_fence="health"), reserving(5)
    )
    late = contribution("council", 10, ring_fence="youth")
    promised.when(late).then_refused(NoEligibleMoney)


def test_what_was_split_before_a_partner_came_keeps_its_split_and_each_part_is_trued_up() -> None:
    desk = Desk()
    desk.now = at(2026, 4, 1)
    desk.open_year(YEAR, (1, 1, 0))
    desk.agree_contributions(YEAR, (500, 300, 202))
    dates = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    desk.sign("k1", terms(Block(annual_pence=1_001), **dates))
    desk.advance(at(2026, 10, 1))
    desk.agree()
    change = commands.ChangePartners(
        partners=("icb", "council", "police", "school"), attribution_weights=(1, 1, 1, 1),
        from_on=date(2026, 12, 1), now=desk.now,
    )  # fmt: skip
    desk.fund(YEAR, change)
    desk.advance(at(2027, 4, 1))
    desk.agree()
    for quarter in range(1, 5):
        invoice_all(desk, YEAR, f"2026-27-Q{quarter}")
    close_desk(desk, 0)
    desk.agree()
    attributed = desk.book.years[YEAR].attributed_pence()
    # Q1 and Q2 are 251 and 250 between two, Q3 and Q4 250 each between four
    assert attributed == (251 + 125, 250 + 125, 125, 125)
    changed = [e for e in desk.log if isinstance(e, CostTruedUp)]
    assert {e.weighting for e in changed} <= {0, 1}


def test_whoever_has_left_leaves_nothing_in_the_pool() -> None:
    desk = Desk()
    desk.now = at(2026, 4, 1)
    desk.open_year(YEAR, (1, 1, 1))
    kept = commands.AgreeRiskShare(
        overspend_weights=(1, 1, 1), carry_forward_limit_basis_points=5_000, now=desk.now
    )
    desk.fund(YEAR, kept)
    desk.agree_contributions(YEAR, (100, 60, 40))
    leaving = commands.ChangePartners(
        partners=("icb", "council"), attribution_weights=(1, 1), from_on=date(2026, 9, 1),
        now=desk.now,
    )  # fmt: skip
    desk.fund(YEAR, leaving)
    desk.advance(APRIL)
    close_desk(desk, 0)
    desk.agree()
    assert desk.year(YEAR).carried_forward == {
        "icb": 50,
        "council": 30,
        "police": 0,
    }
    assert desk.year(YEAR).returnable == {"icb": 50, "council": 30, "police": 40}


def test_aligned_budgets_never_touch_the_pool_and_their_holder_bears_its_own() -> None:
    desk = Desk()
    desk.now = at(2026, 4, 1)
    desk.open_year(YEAR, aligned=True)
    desk.agree_contributions(YEAR, (0, 10_000, 0))
    dates = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    vat = "standard-recoverable"
    desk.sign("k1", terms(Block(annual_pence=9_000), vat=vat, **dates))
    with pytest.raises(BudgetIsAligned):
        desk.fund(YEAR, commands.InvoiceContributions(period="2026-27-Q1", now=desk.now))
    desk.advance(APRIL)
    pay(desk, 0)
    desk.agree()
    desk.prepare_close(YEAR)
    desk.close(YEAR)
    book = desk.book.years[YEAR]
    assert book.balance(accounts.BANK) == 0
    assert book.attributed_pence() == (0, 9_000, 0)
    assert book.funding_applied_pence() == (0, 9_000, 0)
    assert book.balance(accounts.contribution_receivable("council")) == 0
    assert (book.result_pence, desk.year(YEAR).returnable) == (1_000, {})


def test_an_aligned_contract_needs_a_commissioner_among_the_partners() -> None:
    year = fund.when_done(opening(aligned=True), contribution("council", 10))
    stranger = commands.ReserveCommitment(
        contract="k1", amount_pence=1, commissioner="school", now=NOW
    )
    year.when(stranger).then_refused(NoEligibleMoney)


POSTS = StaffShare(
    post="Commissioning manager", whole_time_equivalents=Decimal("1.5"), employer="icb",
    goes_to="council",
)  # fmt: skip
VAN = AssetShare(
    asset="Outreach van", kind="vehicle", value_pence=12_000_00, held_by="council", goes_to="icb"
)


def unwinding(*contracts: TakenOver, **changes: object) -> commands.PrepareUnwinding:
    fields: dict[str, object] = {
        "contracts": contracts, "running": frozenset(), "years_open": False, "later_year": False,
        "prepared_by": "fin", "now": APRIL, "staff": (POSTS,), "assets": (VAN,),
    }  # fmt: skip
    return commands.PrepareUnwinding(**(fields | changes))  # type: ignore[arg-type]


def approving(person: str = "fay", *, unsettled: bool = False) -> commands.ApproveUnwinding:
    return commands.ApproveUnwinding(
        unsettled=unsettled, later_year=False, approved_by=person, now=APRIL
    )


def test_a_fund_is_unwound_by_two_people_once_nothing_is_owed() -> None:
    k1 = TakenOver(contract="k1", agency="council")
    closed = invoiced.when_done(prepare, close)
    invoiced.when(unwinding()).then_refused(NotClosed)
    closed.when(unwinding(years_open=True)).then_refused(NotClosed)
    closed.when(unwinding(later_year=True)).then_refused(LaterYear)
    closed.when(unwinding(running=frozenset({"k1"}))).then_refused(
        ContractsNotNamed, "/body/contracts"
    )
    closed.when(unwinding(k1)).then_refused(ContractsNotNamed, "/body/contracts")
    stranger = TakenOver(contract="k1", agency="rowan")
    closed.when(unwinding(stranger, running=frozenset({"k1"}))).then_refused(
        ContractsNotNamed, "/body/contracts"
    )
    closed.when(unwinding(staff=None)).then_refused(NotCounted, "/body/staff")
    closed.when(unwinding(assets=None)).then_refused(NotCounted, "/body/assets")
    for wrong in (replace(POSTS, employer="rowan"), replace(POSTS, goes_to="rowan")):
        closed.when(unwinding(staff=(POSTS, wrong))).then_refused(StaffNotPlaced, "/body/staff/1")
    for lost in (replace(VAN, held_by="rowan"), replace(VAN, goes_to="rowan")):
        closed.when(unwinding(assets=(lost,))).then_refused(AssetsNotPlaced, "/body/assets/0")
    assert closed.when(unwinding(staff=(), assets=())).events()
    closed.when(approving()).then_refused(UnwindingNotPrepared)
    prepared = closed.when_done(unwinding(k1, running=frozenset({"k1"})))
    prepared.when(approving("fin")).then_refused(ApproverIsPreparer)
    prepared.when(approving(unsettled=True)).then_refused(DebtsUnsettled)
    [ended] = prepared.when(approving()).events()
    assert isinstance(ended, FundUnwound)
    assert (ended.staff, ended.assets) == ((POSTS,), (VAN,))
    unwound = prepared.when_done(approving())
    unwound.when(approving()).then_refused(FundIsUnwound)
    unwound.when(unwinding()).then_refused(FundIsUnwound)
    fund.when(opening(unwound=True)).then_refused(FundIsUnwound)


def test_what_an_unwound_fund_still_held_goes_back_and_its_contracts_go_on() -> None:
    desk = Desk()
    desk.now = at(2026, 4, 1)
    desk.open_year(YEAR, (1, 1, 1))
    desk.fund(
        YEAR,
        commands.AgreeRiskShare(
            overspend_weights=(1, 1, 1), carry_forward_limit_basis_points=1_000, now=desk.now
        ),
    )
    desk.agree_contributions(YEAR, (500, 300, 200))
    desk.sign("k1", terms(Block(annual_pence=900)))
    desk.advance(APRIL)
    for partner, quarter in (("icb", 500), ("council", 300), ("police", 200)):
        invoice_all(desk, YEAR, "2026-27-Q4")
        receiving = commands.ReceiveContribution(
            partner=partner, amount_pence=quarter, reference=f"r-{partner}",
            towards="contribution", received_on=desk.now.date(), now=desk.now,
        )  # fmt: skip
        desk.fund(YEAR, receiving)
    pay(desk, 0)
    close_desk(desk, 0)
    desk.fund(YEAR, commands.PrepareUnwinding(
        contracts=(TakenOver(contract="k1", agency="council"),), running=frozenset({"k1"}),
        years_open=False, later_year=False, prepared_by="fin", staff=(), assets=(), now=desk.now,
    ))  # fmt: skip
    desk.fund(YEAR, approving())
    desk.contract("k1", HandOver(agency="council", now=desk.now))
    desk.agree()
    [unwound] = [e for e in desk.log if isinstance(e, FundUnwound)]
    assert unwound.shares[0] == Share(partner="icb", pence=50)
    assert desk.signed().books.committed["2027/28"] == 0
    assert desk.book.contract("k1").memorandum["2027/28"] == 0
    desk.fund(YEAR, commands.PayUnderspend(now=desk.now))
    assert all(
        pence == 0
        for account, pence in desk.book.years[YEAR].balances.items()
        if account.startswith(("Assets:", "Liabilities:", "Equity:Pool:Carried"))
    )
    with pytest.raises(Refused):
        desk.fund(YEAR, commands.PayUnderspend(now=desk.now))

"""The rules of a pooled fund's year, as sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.contracts.pooled_funds.commands import (
    AgreeContribution,
    AgreeRiskShare,
    BringForward,
    CloseYear,
    FreeCommitment,
    GiveOverride,
    InvoiceContributions,
    OpenYear,
    PayUnderspend,
    PrepareClose,
    ReceiveContribution,
    ReserveCommitment,
)
from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.events import CommitmentReserved
from services.contracts.pooled_funds.refusals import (
    AboveInvoiced,
    AlreadyOpened,
    ApproverIsPreparer,
    AuthorityExceeded,
    BalanceDoesNotFit,
    BroughtForward,
    ChargesPending,
    DuplicateReceipt,
    FundNotOpen,
    HostNotPartner,
    LegalBasisNotOpen,
    NoEligibleMoney,
    NotClosed,
    NothingToInvoice,
    NotInvoiced,
    UnknownPartner,
    WeightsDoNotFit,
    YearIsClosed,
    YearNotOver,
)
from shared.published.contracts import (
    ContributionInvoiced,
    UnderspendCarriedForward,
    UnderspendReturned,
    YearClosed,
)
from shared.published.terms import Share
from shared.testing.scenarios import Scenario
from tests.contracts.parts import NOW, TEXT, at

APRIL = at(2027, 4, 1)


def opening(**changes: Any) -> OpenYear:
    fields: dict[str, Any] = {
        "fund": "f1", "year": "2026/27", "partnership": "p1", "host": "icb",
        "partners": ("icb", "council", "police"), "attribution_weights": (2, 1, 0), "now": NOW,
    }  # fmt: skip
    return OpenYear(**(fields | changes))


def contribution(partner: str, annual: int, **changes: Any) -> AgreeContribution:
    fields: dict[str, Any] = {
        "partner": partner, "partner_kind": "council", "annual_pence": annual,
        "legal_basis": "section-75", "ring_fence": "", "now": NOW,
    }  # fmt: skip
    return AgreeContribution(**(fields | changes))


def reserving(pence: int, contract: str = "k1", spending: str = "") -> ReserveCommitment:
    return ReserveCommitment(contract=contract, amount_pence=pence, spending=spending, now=NOW)


def invoicing(quarter: int) -> InvoiceContributions:
    return InvoiceContributions(period=f"2026-27-Q{quarter}", now=NOW)


def receiving(pence: int, reference: str = "r1") -> ReceiveContribution:
    return ReceiveContribution(
        partner="icb", amount_pence=pence, reference=reference, towards="contribution",
        received_on=date(2026, 4, 20), now=NOW,
    )  # fmt: skip


fund = Scenario(POOLED_FUNDS)
opened = fund.when_done(opening())
funded = opened.when_done(contribution("icb", 1001), contribution("council", 500))
invoiced = funded.when_done(*(invoicing(q) for q in (1, 2, 3, 4)))
prepare = PrepareClose(contracts=frozenset(), prepared_by="fin", now=APRIL)
close = CloseYear(costs=(), approved_by="fay", now=APRIL)


def test_a_year_is_opened_once_by_a_host_that_is_a_partner_with_weights_that_fit() -> None:
    opened.when(opening()).then_refused(AlreadyOpened)
    fund.when(opening(host="school")).then_refused(HostNotPartner, "/body/partners")
    weights = opening(attribution_weights=(1, 2))
    fund.when(weights).then_refused(WeightsDoNotFit, "/body/attribution_weights")
    fund.when(contribution("icb", 1)).then_refused(FundNotOpen)


def test_what_was_promised_before_is_reserved_with_the_opening() -> None:
    events = fund.when(opening(promised={"k2": 0, "k1": 7})).events()
    assert events[1:] == [CommitmentReserved(contract="k1", amount_pence=7)]


def test_police_money_does_not_come_under_section_75() -> None:
    police = contribution("police", 1, partner_kind="local-policing-body")
    opened.when(police).then_refused(LegalBasisNotOpen, "/body/legal_basis")
    opened.when_done(
        contribution("police", 1, partner_kind="local-policing-body", legal_basis="section-10")
    )
    opened.when(contribution("school", 1)).then_refused(UnknownPartner)


def test_contributions_are_invoiced_in_four_with_the_odd_pence_first() -> None:
    events = funded.when(invoicing(1)).events()
    assert [e.amount_pence for e in events if isinstance(e, ContributionInvoiced)] == [251, 125]
    assert invoiced.state.invoiced == {"icb": 1001, "council": 500}
    invoiced.when(invoicing(4)).then_refused(NothingToInvoice)


def test_a_contribution_agreed_late_catches_up() -> None:
    late = funded.when_done(invoicing(1), contribution("icb", 400), invoicing(2))
    assert late.state.invoiced["icb"] == 351 + 350


def test_receipts_may_be_part_but_never_more_than_was_invoiced_nor_twice() -> None:
    once = funded.when_done(invoicing(1), receiving(200))
    once.when(receiving(10)).then_refused(DuplicateReceipt, "/body/reference")
    once.when(receiving(52, "r2")).then_refused(AboveInvoiced, "/body/amount_pence")
    once.when_done(receiving(51, "r2"))


def test_no_commitment_goes_above_the_authority_available() -> None:
    assert funded.state.available_pence == 1501
    funded.when(reserving(1502)).then_refused(AuthorityExceeded)
    most = funded.when_done(reserving(1501))
    most.when(reserving(1, "k2")).then_refused(AuthorityExceeded)
    most.when_done(reserving(-1), reserving(1, "k2"))


def test_an_override_is_for_one_contract_one_amount_and_once() -> None:
    override = GiveOverride(
        override="o1", contract="k1", above_pence=10, reason=TEXT, given_by="cfo", now=NOW
    )
    given = funded.when_done(override)
    given.when(reserving(1512)).then_refused(AuthorityExceeded)
    given.when(reserving(1511, "k2")).then_refused(AuthorityExceeded)
    used = given.when(reserving(1511)).events()
    assert used == [CommitmentReserved(contract="k1", amount_pence=1511, override="o1")]
    given.when_done(reserving(1511)).when(reserving(1)).then_refused(AuthorityExceeded)


def test_ring_fenced_money_pays_only_for_what_it_is_fenced_to() -> None:
    fenced = opened.when_done(
        contribution("icb", 10, ring_fence="public-health"),
        contribution("council", 10, ring_fence="schools"),
    )
    fenced.when(reserving(1, spending="youth")).then_refused(NoEligibleMoney)
    fenced.when_done(reserving(1, spending="schools"))


def test_nothing_is_freed_in_a_year_not_opened_nor_more_than_is_reserved() -> None:
    free = FreeCommitment(contract="k1", amount_pence=9, now=NOW)
    fund.when(free).then_nothing()
    assert funded.when_done(reserving(5), free).state.reserved == {"k1": 0}


def test_a_year_is_closed_by_two_people_once_it_is_over_and_invoiced() -> None:
    early = PrepareClose(contracts=frozenset(), prepared_by="fin", now=at(2027, 3, 31))
    invoiced.when(early).then_refused(YearNotOver)
    funded.when(prepare).then_refused(NotInvoiced)
    invoiced.when_done(reserving(5)).when(prepare).then_refused(ChargesPending)
    prepared = invoiced.when_done(prepare)
    own = CloseYear(costs=(), approved_by="fin", now=APRIL)
    prepared.when(own).then_refused(ApproverIsPreparer)
    prepared.when(reserving(1)).then_refused(YearIsClosed)


def test_an_underspend_is_kept_up_to_the_limit_and_the_rest_returned() -> None:
    risk = AgreeRiskShare(
        overspend_weights=(1, 1, 1), carry_forward_limit_basis_points=1000, now=NOW
    )
    events = invoiced.when_done(risk, prepare).when(close).events()
    day = date(2027, 3, 31)
    assert events == [
        YearClosed(
            fund="f1", year="2026/27", result_pence=1501, closed_by="fin", approved_by="fay",
            effective_on=day,
        ),
        UnderspendCarriedForward(
            fund="f1", year="2026/27", effective_on=day,
            shares=(_share("icb", 100), _share("council", 50), _share("police", 0)),
        ),
        UnderspendReturned(
            fund="f1", year="2026/27", step="due", effective_on=day,
            shares=(_share("icb", 901), _share("council", 450), _share("police", 0)),
        ),
    ]  # fmt: skip
    closed = invoiced.when_done(risk, prepare, close)
    closed.when_done(PayUnderspend(now=APRIL))
    invoiced.when(PayUnderspend(now=APRIL)).then_refused(NotClosed)


def _share(partner: str, pence: int) -> Share:
    return Share(partner=partner, pence=pence)


def forward(**changes: Any) -> BringForward:
    fields: dict[str, Any] = {
        "balances": {}, "carried": None, "year_before_open": False, "now": NOW,
    }  # fmt: skip
    return BringForward(**(fields | changes))


def test_what_is_brought_forward_is_what_was_carried_forward_and_once() -> None:
    opened.when(forward(year_before_open=True, carried={})).then_refused(NotClosed)
    wrong = forward(carried={"icb": 5}, balances={"icb": 6})
    opened.when(wrong).then_refused(BalanceDoesNotFit, "/body/balances")
    done = opened.when_done(forward(carried={"icb": 5}))
    assert done.state.authority_pence == 5
    done.when(forward(balances={"icb": 1})).then_refused(BroughtForward)
    opened.when_done(forward(balances={"council": 9}))

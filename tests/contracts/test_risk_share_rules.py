"""What partners agree about an overspend, from the agreement through the close to the ledger."""

from __future__ import annotations

import pytest

from services.contracts.pooled_funds.commands import AgreeRiskShare, GiveOverride
from services.contracts.pooled_funds.refusals import CapsExhausted, RiskShareDoesNotFit
from shared.published.contracts import (
    RiskShareSettled,
    UnderspendCarriedForward,
    UnderspendReturned,
    YearClosed,
)
from shared.published.terms import Block, Share
from shared.values.risk_shares import RiskShareRules, SchemeShare
from tests.contracts.desk import Desk
from tests.contracts.parts import NOW, TEXT, at, terms
from tests.contracts.test_fund_rules import close, invoiced, opened, prepare
from tests.contracts.test_whole_years import close as close_desk

RULES = RiskShareRules(caps_pence=(7, 7, 7), schemes=(SchemeShare(scheme="a", budget_pence=5),))


def agreeing(rules: RiskShareRules) -> AgreeRiskShare:
    return AgreeRiskShare(
        overspend_weights=(1, 1, 1), carry_forward_limit_basis_points=0, rules=rules, now=NOW
    )


def test_a_risk_share_that_does_not_fit_the_partners_is_refused() -> None:
    wrong = RiskShareRules(caps_pence=(1, 2))
    opened.when(agreeing(wrong)).then_refused(RiskShareDoesNotFit, "/body")
    agreed = opened.when_done(agreeing(RULES))
    assert agreed.state.agreement.rules == RULES


def test_what_is_kept_in_reserve_is_said_to_be() -> None:
    contingency = RiskShareRules(underspend="contingency")
    events = invoiced.when_done(agreeing(contingency), prepare).when(close).events()
    [kept] = [e for e in events if isinstance(e, UnderspendCarriedForward)]
    assert kept.as_contingency
    assert sum(share.pence for share in kept.shares) == 1501
    assert not any(isinstance(e, UnderspendReturned) for e in events)


def overspent(rules: RiskShareRules) -> Desk:
    """£100 contributed by two of three; £90 spent on youth, £60 on a hospital: £50 over."""
    desk = Desk()
    desk.now = at(2026, 4, 1)
    desk.open_year("2026/27", (1, 1, 0))
    desk.agree_contributions("2026/27", (6_000, 4_000, 0))
    desk.fund("2026/27", agreeing(rules))
    override(desk, "k1")
    override(desk, "k2")
    dates = {"starts_on": at(2026, 4, 1).date(), "ends_on": at(2027, 3, 31).date()}
    desk.sign("k1", terms(Block(annual_pence=9_000), scheme="youth", **dates))
    desk.sign("k2", terms(Block(annual_pence=6_000), scheme="hospital", **dates))
    desk.advance(at(2027, 4, 1))
    return desk


def override(desk: Desk, contract: str) -> None:
    desk.fund(
        "2026/27",
        GiveOverride(
            override=f"o-{contract}", contract=contract, above_pence=10**9, reason=TEXT,
            given_by="cfo", now=desk.now,
        ),
    )  # fmt: skip


def borne(desk: Desk) -> tuple[int, ...]:
    [settled] = [e for e in desk.log if isinstance(e, RiskShareSettled)]
    return tuple(share.pence for share in settled.shares)


def test_the_books_share_an_overspend_scheme_by_scheme() -> None:
    rules = RiskShareRules(
        schemes=(
            SchemeShare(scheme="youth", budget_pence=7_000, weights=(0, 0, 1)),
            SchemeShare(scheme="hospital", budget_pence=3_000, weights=(2, 1, 0)),
        )
    )
    desk = overspent(rules)
    close_desk(desk, 0)
    desk.agree()
    assert borne(desk) == (2_000, 1_000, 2_000)


def test_the_books_take_a_scheme_overspent_beside_one_that_was_not() -> None:
    rules = RiskShareRules(
        schemes=(
            SchemeShare(scheme="youth", budget_pence=2_000, weights=(0, 0, 1)),
            SchemeShare(scheme="hospital", budget_pence=8_000),
        )
    )
    desk = overspent(rules)
    close_desk(desk, 0)
    desk.agree()
    assert borne(desk) == (0, 0, 7_000)
    [back] = [e for e in desk.log if isinstance(e, UnderspendReturned)]
    assert back.shares[:2] == (
        Share(partner="icb", pence=1_200),
        Share(partner="council", pence=800),
    )


def test_a_close_says_what_the_waterfall_met() -> None:
    rules = RiskShareRules(
        schemes=(
            SchemeShare(scheme="youth", budget_pence=2_000, weights=(0, 0, 1)),
            SchemeShare(scheme="hospital", budget_pence=8_000),
        ),
        waterfall=("other-underspends",),
    )
    desk = overspent(rules)
    close_desk(desk, 0)
    desk.agree()
    [closed] = [e for e in desk.log if isinstance(e, YearClosed)]
    assert closed.absorbed == {"other-underspends": 2_000}
    assert borne(desk) == (0, 0, 5_000)


def test_a_close_waits_until_somebody_bears_what_is_above_every_cap() -> None:
    desk = overspent(RiskShareRules(caps_pence=(1, 1, 1)))
    with pytest.raises(CapsExhausted):
        close_desk(desk, 0)
    assert desk.year("2026/27").status == "closing"

"""Whatever the deciders let happen, the ledger and the naive books agree on every balance."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.pooled_funds import commands as funds
from services.gateway.ledgers.book import LedgerEvent
from shared.eventsourcing.commands import Refused
from shared.published import contracts as c
from shared.published.terms import Mechanism
from shared.values.risk_shares import RiskShareRules
from tests.contracts.desk import FUND, Desk
from tests.contracts.parts import TEXT, terms
from tests.contracts.test_whole_years import DEEDS, ENDS, NOW, STARTS, deeds, mechanisms, regimes
from tests.gateway.ledgers import years as y
from tests.gateway.ledgers.beside import Beside
from tests.shared.values.test_risk_shares import own, rules

agreements = st.one_of(st.just(RiskShareRules()), rules, own).map(
    lambda one: msgspec.structs.replace(
        one, beyond_caps="police", waterfall=one.waterfall if one.schemes else ()
    )
)
contributions = st.tuples(*[st.integers(0, 10**6)] * 3).filter(any)


def begun(
    payment: Mechanism, vat: str, given: tuple[int, ...], agreed: RiskShareRules, fence: str
) -> Desk:
    """A contract for the young, with one partner's money fenced to it or to something else."""
    desk = Desk()
    desk.now = NOW
    desk.open_year("2026/27")
    desk.fund(
        "2026/27",
        funds.AgreeRiskShare(
            overspend_weights=(3, 0, 2), carry_forward_limit_basis_points=333, rules=agreed,
            now=NOW,
        ),
    )  # fmt: skip
    for partner, pence in zip(("icb", "council", "police"), given, strict=True):
        command = funds.AgreeContribution(
            partner=partner, partner_kind="council", annual_pence=pence,
            legal_basis="section-10", ring_fence=fence if partner == "council" else "", now=NOW,
        )  # fmt: skip
        desk.fund("2026/27", command)
    override = funds.GiveOverride(
        override="o1", contract="k1", above_pence=10**12, reason=TEXT, given_by="cfo", now=NOW
    )
    desk.fund("2026/27", override)
    ours = terms(payment, starts_on=STARTS, ends_on=ENDS, vat=vat, spending="youth")
    desk.sign("k1", ours)
    return desk


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    mechanisms, regimes, contributions, agreements, st.sampled_from(["", "youth", "health"]), deeds
)
def test_whatever_is_done_the_naive_books_say_the_same(
    payment: Mechanism,
    vat: str,
    given: tuple[int, ...],
    agreed: RiskShareRules,
    fence: str,
    done: list[tuple[str, int]],
) -> None:
    desk = begun(payment, vat, given, agreed, fence)
    beside, told = Beside(FUND), 0
    for name, number in [
        ("wait", 0),
        *done,
        ("wait", 149),
        ("wait", 149),
        ("wait", 149),
        ("close", 0),
    ]:
        with contextlib.suppress(Refused):
            DEEDS[name](desk, number)
        for event in desk.log[told:]:
            if event.published and isinstance(event, LedgerEvent):
                settles(beside, event)
                beside.take(event)
        told = len(desk.log)
        assert beside.differences() == []
        assert beside.book == desk.book


def settles(beside: Beside, event: LedgerEvent) -> None:
    """A year that closes is trued up and settled as the naive books would."""
    if isinstance(event, c.YearClosed):
        assert beside.naive.true_ups(event.year) == {}
        assert beside.closing_differences(event.year) == []


amounts = st.one_of(
    st.sampled_from([0, 1, 2, 10**12, 10**12 + 1]), st.integers(0, 99), st.integers(0, 10**12)
)
KINDS = ("certify", "unmake", "accrue", "unaccrue", "forfeit", "join", "reduce", "agree", "pay")
wishes = st.lists(st.tuples(st.sampled_from(KINDS), amounts, st.integers(0, 99)), max_size=25)
weightings = st.integers(1, 40).flatmap(
    lambda n: st.lists(st.one_of(st.just(0), st.integers(0, 10**9)), min_size=n, max_size=n).filter(
        any
    )
)


class ManyPartners:
    """One to forty partners, sums from nothing to a million million, and corrections."""

    def __init__(self, weights: list[int], agreed: RiskShareRules, vat: str) -> None:
        self.partners = tuple(f"P{n}" for n in range(len(weights)))
        opened = msgspec.structs.replace(
            y.opened(), partners=self.partners, attribution_weights=tuple(weights)
        )
        risk = msgspec.structs.replace(y.risk_shared(tuple(weights), 777), rules=agreed)
        signed = y.signed({y.YEAR: 10**12})
        signed = msgspec.structs.replace(
            signed, terms=msgspec.structs.replace(signed.terms, vat=vat)
        )
        self.beside = Beside(y.FUND, [opened, risk, y.agreed("P0", 10**12), signed])
        self.certificates: dict[str, int] = {}
        self.accruals: dict[str, int] = {}
        self.changed = 0

    def wish(self, number: int, kind: str, pence: int, pick: int) -> None:
        take, name = self.beside.take, f"{kind}-{number}"
        match kind:
            case "certify":
                vat = pence // 5 if pick % 2 else 0
                certificate = y.certified(name, pence, vat=vat)
                self.certificates[name] = pence
                day = y.START + timedelta(days=3 * pick)
                take(msgspec.structs.replace(certificate, effective_on=day))
            case "unmake" if self.certificates:
                gone = sorted(self.certificates)[pick % len(self.certificates)]
                take(y.unmade(gone, self.certificates.pop(gone)))
            case "accrue":
                self.accruals[name] = pence
                take(y.accrued(name, pence))
            case "unaccrue" if self.accruals:
                gone = sorted(self.accruals)[pick % len(self.accruals)]
                take(y.unaccrued(gone, self.accruals.pop(gone)))
            case "forfeit" if self.certificates:
                of = sorted(self.certificates)[pick % len(self.certificates)]
                part = min(pence, self.certificates[of])
                take(y.kept_back(name, of, part), y.forfeited(name, of, part))
            case "join":
                self.join(pick)
            case "reduce":
                reduced = c.ContributionReduced(
                    fund=y.FUND, year=y.YEAR, partner="P0", amount_pence=pence % 10**9,
                    legal_basis="section-75", effective_on=y.START,
                )  # fmt: skip
                take(reduced)
            case "agree":
                take(y.agreed(self.partners[pick % len(self.partners)], pence))
            case _:
                take(y.paid(name, pence))

    def join(self, pick: int) -> None:
        """Another partner, and everyone's weight changes; nobody has none but the first."""
        self.changed += 1
        self.partners = (*self.partners, f"P{len(self.partners)}")
        weights = tuple((n * pick) % 7 for n in range(len(self.partners) - 1))
        take = c.PartnersChanged(
            fund=y.FUND, year=y.YEAR, partners=self.partners,
            attribution_weights=(*weights, pick + 1),
            effective_on=date(2025, 5, 1) + timedelta(days=20 * self.changed),
        )  # fmt: skip
        self.beside.take(take)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    weightings,
    st.sampled_from(["weights", "contributions", "own"]),
    st.sampled_from(["outside", "standard-recoverable", "standard-irrecoverable"]),
    wishes,
)
def test_one_to_forty_partners_and_any_sums_end_in_the_same_books(
    weights: list[int], basis: str, vat: str, done: list[tuple[str, int, int]]
) -> None:
    agreed = msgspec.convert({"basis": basis}, RiskShareRules)
    year = ManyPartners(weights, agreed, vat)
    for number, wish in enumerate(done):
        year.wish(number, *wish)
        assert year.beside.differences() == []
    assert year.beside.closing_differences(y.YEAR) == []
    year.beside.close(y.YEAR)
    assert year.beside.differences() == []
    closed = year.beside.book.year(y.YEAR)
    assert year.beside.closing_differences(y.YEAR) == []
    assert sum(closed.attributed_pence()) == closed.total("Expenses:")


late = st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 8)), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(late)
def test_late_facts_post_in_the_open_period_and_a_closed_quarter_never_changes(
    facts: list[tuple[int, int]],
) -> None:
    """A restatement of the first quarter, heard in the third or in the next year."""
    books = y.tame_year().post(y.opened(y.NEXT), y.certified("C0", 90_001), y.accrued("A0", 7))
    quarter = books.balances(date(2025, 6, 30))
    for number, (pence, _) in enumerate(facts):
        books.post(y.unmade(f"C{number}", 90_001 if not number else facts[number - 1][0]))
        again = y.certified(f"C{number + 1}", pence)
        books.post(msgspec.structs.replace(again, effective_on=date(2025, 9, 30)))
        assert books.balances(date(2025, 6, 30)) == quarter
    books.post(y.unaccrued("A0", 7))
    assert books.balances(date(2025, 6, 30)) == quarter
    before = books.fund.year(y.YEAR)
    books.post(y.unmade(f"C{len(facts)}", facts[-1][0], year=y.NEXT))
    assert books.fund.year(y.YEAR) == before

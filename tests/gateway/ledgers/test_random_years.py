"""Whatever a year brings, the books say what the rule book says, and balance after every event."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.ledgers.book import LedgerEvent
from shared.published.terms import Element, TextRef
from tests.gateway.ledgers import years as y
from tests.gateway.ledgers.naive import Naive, naive_split
from tests.gateway.ledgers.years import NEXT, PARTNERS, YEAR, Books

Kind = Literal[
    "sign", "vary", "release", "certify", "unmake", "accrue", "unaccrue", "pay", "withhold",
    "give-up", "forfeit", "agree", "open-next",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "sign", "vary", "release", "certify", "certify", "certify", "unmake", "accrue", "unaccrue",
    "pay", "withhold", "give-up", "forfeit", "agree", "open-next",
)  # fmt: skip
ELEMENTS: tuple[Element, ...] = ("Block", "Activity", "Fee", "Outcome")
sums = st.one_of(st.integers(0, 7), st.integers(0, 10**6), st.integers(0, 10**13))
steps = st.lists(
    st.tuples(st.sampled_from(KINDS), sums, st.integers(0, 11)), min_size=8, max_size=40
)
weightings = st.tuples(*[st.integers(0, 10**6)] * 3).filter(any)
money = st.tuples(*[sums] * 3).filter(any)


class Year:
    """Turns random wishes into events that contracts could have published."""

    def __init__(self, weights: tuple[int, ...], overspend: tuple[int, ...], limit: int) -> None:
        self.naive = Naive()
        self.books = Books()
        self.weights, self.overspend, self.limit = weights, overspend, limit
        self.signed: list[str] = []
        self.certificates: dict[str, tuple[str, int]] = {}
        self.accruals: dict[str, tuple[str, int]] = {}
        self.held: dict[str, tuple[str, int]] = {}
        self.n = 0
        self.take(y.opened(weights=weights), y.risk_shared(overspend, limit))
        self.step("sign", 12_345, 1)

    def take(self, *events: LedgerEvent) -> None:
        for event in events:
            self.naive.take(event)
            self.books.post(event)
            self.same()

    def same(self) -> None:
        for name, year in self.books.fund.years.items():
            nonzero = {account: pence for account, pence in year.balances.items() if pence}
            assert nonzero == self.naive.balances(name)

    def fund(self, contributions: tuple[int, ...], brought: tuple[int, ...]) -> None:
        for partner, pence in zip(PARTNERS, brought, strict=True):
            self.take(y.brought(partner, pence))
        for partner, pence in zip(PARTNERS, contributions, strict=True):
            self.take(y.agreed(partner, pence), y.invoiced(partner, pence))
            self.take(y.received(partner, pence))

    def step(self, kind: Kind, pence: int, pick: int) -> None:
        self.n += 1
        for event in self.wish(kind, pence, pick):
            self.take(event)

    def wish(self, kind: Kind, pence: int, pick: int) -> Iterator[LedgerEvent]:
        name = f"{kind}-{self.n}"
        match kind:
            case "sign":
                self.signed.append(name)
                yield y.signed({YEAR: pence, NEXT: pick * pence}, name)
            case "agree":
                partner = PARTNERS[pick % 3]
                yield from (y.agreed(partner, pence), y.invoiced(partner, pence))
            case "open-next":
                if NEXT not in self.books.fund.years:
                    yield y.opened(NEXT, self.weights[::-1])
            case "vary" | "release" | "certify" | "accrue" | "pay":
                if self.signed:
                    contract = self.signed[pick % len(self.signed)]
                    yield from self.on_contract(kind, name, contract, pence, pick)
            case _:
                yield from self.on_paper(kind, name, pence, pick)

    def on_contract(
        self, kind: Kind, name: str, contract: str, pence: int, pick: int
    ) -> Iterator[LedgerEvent]:
        promised = -self.naive.balance(YEAR, f"Equity:Budget:Commitment:{contract}")
        element = ELEMENTS[pick % 4]
        match kind:
            case "vary":
                yield varied(contract, {YEAR: pence if pick % 2 else -min(pence, promised)})
            case "release":
                yield y.let_go(min(pence, promised), contract)
            case "certify":
                self.certificates[name] = (contract, pence)
                yield y.certified(name, pence, contract, element)
            case "accrue":
                self.accruals[name] = (contract, pence)
                yield y.accrued(name, pence, contract)
            case _:
                yield y.paid(name, pence, contract)

    def on_paper(self, kind: Kind, name: str, pence: int, pick: int) -> Iterator[LedgerEvent]:
        match kind:
            case "unmake" if self.certificates:
                certificate = sorted(self.certificates)[pick % len(self.certificates)]
                contract, amount = self.certificates.pop(certificate)
                yield y.unmade(certificate, amount, contract=contract)
            case "unaccrue" if self.accruals:
                accrual = sorted(self.accruals)[pick % len(self.accruals)]
                contract, amount = self.accruals.pop(accrual)
                yield y.unaccrued(accrual, amount, contract)
            case "withhold" if self.certificates:
                certificate = sorted(self.certificates)[pick % len(self.certificates)]
                contract, _ = self.certificates[certificate]
                self.held[name] = (certificate, pence)
                yield of(y.kept_back(name, certificate, pence), contract)
            case "give-up" | "forfeit" if self.held:
                yield self.let_out(kind, pence, pick)
            case _:
                pass

    def let_out(self, kind: Kind, pence: int, pick: int) -> LedgerEvent:
        name = sorted(self.held)[pick % len(self.held)]
        certificate, left = self.held[name]
        part = min(pence, left)
        self.held[name] = (certificate, left - part)
        contract = self.books.fund.withholding(name).contract
        if kind == "give-up":
            return of(y.given_up(name, part), contract)
        return of(y.forfeited(name, certificate, part), contract)

    def close(self) -> None:
        """As the rule book says it, worked out from the naive journal."""
        for contract in self.signed:
            promised = -self.naive.balance(YEAR, f"Equity:Budget:Commitment:{contract}")
            self.take(y.let_go(promised, contract))
        for contract in self.signed:
            for element in ELEMENTS:
                self.true_up(contract, element)
        result = -self.naive.balance(YEAR, "Equity:Budget:Available")
        self.take(y.closed(result))
        self.settle(result)

    def true_up(self, contract: str, element: Element) -> None:
        running = [
            self.naive.balance(YEAR, f"Expenses:Pool:{contract}:{element}:{partner}")
            for partner in PARTNERS
        ]
        exact = naive_split(sum(running), list(self.weights))
        changes = [a - b for a, b in zip(exact, running, strict=True)]
        if any(changes):
            self.take(y.trued_up(changes, contract, element))

    def settle(self, result: int) -> None:
        if result < 0:
            self.take(y.borne(naive_split(-result, list(self.overspend))))
            return
        agreed = [self.naive.balance(YEAR, f"Equity:Budget:Authority:{p}") for p in PARTNERS]
        kept = min(result, int(Fraction(sum(agreed) * self.limit, 10_000)))
        self.take(y.carried(naive_split(kept, agreed)))
        returned = naive_split(result - kept, agreed)
        self.take(y.due_back(returned), y.paid_back(returned))


def varied(contract: str, changes: dict[str, int]) -> y.c.ContractVaried:
    return y.c.ContractVaried(
        contract=contract,
        terms=y.terms({}),
        commitment_changes=changes,
        reason=TextRef(text=UUID(int=7), digest="d"),
        varied_by="O2",
        effective_on=date(2025, 8, 1),
    )


def of(
    event: y.c.AmountWithheld | y.c.WithholdingReleased | y.c.WithholdingForfeited, contract: str
) -> LedgerEvent:
    return y.msgspec.structs.replace(event, contract=contract)


@settings(max_examples=150, deadline=None)
@given(weightings, weightings, st.integers(0, 10_000), money, money, steps)
def test_any_year_posts_as_the_rule_book_says_and_closes_to_the_penny(
    weights: tuple[int, ...],
    overspend: tuple[int, ...],
    limit: int,
    contributions: tuple[int, ...],
    brought: tuple[int, ...],
    wishes: list[tuple[Kind, int, int]],
) -> None:
    year = Year(weights, overspend, limit)
    year.fund(contributions, brought)
    for wish in wishes:
        year.step(*wish)
    year.close()
    closed = year.books.fund.year(YEAR)
    assert sum(closed.attributed_pence()) == sum(closed.funding_applied_pence())


@settings(max_examples=50, deadline=None)
@given(weightings, money, steps)
def test_the_lines_alone_add_up_to_the_books(
    weights: tuple[int, ...], contributions: tuple[int, ...], wishes: list[tuple[Kind, int, int]]
) -> None:
    year = Year(weights, weights, 100)
    year.fund(contributions, (0, 0, 0))
    for wish in wishes:
        year.step(*wish)
    for name, book in year.books.fund.years.items():
        summed = year.books.balances(date.max, name)
        assert {k: v for k, v in summed.items() if v} == {
            k: v for k, v in book.balances.items() if v
        }

"""How a result goes to the partners, written out a second time from the naive journal.

Law: it shares no arithmetic and no code with what it checks.
"""

from __future__ import annotations

from fractions import Fraction

from shared.published import contracts as c
from tests.gateway.ledgers.naive import Naive, naive_split

Settled = tuple[list[int], list[int], list[int]]
"""What each partner bears, leaves in the pool, gets back."""


class Settling:
    """One year of a naive journal, to be settled."""

    def __init__(self, books: Naive, year: str) -> None:
        self.books, self.year = books, year
        self.names = books.partners(year)
        self.risk = [e for e in books.seen if isinstance(e, c.RiskShareAgreed) and e.year == year]
        self.given = [books.balance(year, f"Equity:Budget:Authority:{p}") for p in self.names]
        self.brought = [
            sum(
                e.amount_pence
                for e in books.seen
                if isinstance(e, c.BalanceBroughtForward) and (e.year, e.partner) == (year, p)
            )
            for p in self.names
        ]

    def spent(self, *, partner: str = "", contracts: set[str] | None = None) -> int:
        found = 0
        for _, of, account, pence in self.books.journal:
            if of == self.year and account.startswith("Expenses:Pool:"):
                contract, _, name = account.removeprefix("Expenses:Pool:").rsplit(":", 2)
                if partner in ("", name) and (contracts is None or contract in contracts):
                    found += pence
        return found

    def settled(self) -> Settled:
        """As the agreement says, and what would be kept of whoever has left given back."""
        bears, keeps, back = self.agreed()
        left: tuple[str, ...] = ()
        for event in self.books.seen:
            if isinstance(event, c.PartnersChanged) and event.year == self.year:
                left = event.left
        for place, name in enumerate(self.names):
            if name in left:
                back[place] += keeps[place]
                keeps[place] = 0
        return bears, keeps, back

    def agreed(self) -> Settled:
        """As the agreement says. Fails where nobody agreed on what there is to bear."""
        nothing = [0] * len(self.names)
        opening = self.books.opening(self.year)
        assert opening is not None
        if opening.aligned:
            return [*nothing], [*nothing], [*nothing]
        if self.risk and self.risk[-1].rules.basis == "own":
            return self.own()
        bears = self.borne()
        left = sum(self.given) + sum(self.brought) - self.spent() + sum(bears)
        kept = self.kept(left, sum(self.given))
        weights = self.given if sum(self.given) else self.brought
        if not sum(weights):
            return bears, [*nothing], [*nothing]
        return bears, naive_split(kept, weights), naive_split(left - kept, weights)

    def kept(self, left: int, given: int) -> int:
        if not self.risk:
            return 0
        if self.risk[-1].rules.underspend == "contingency":
            return left
        if self.risk[-1].rules.underspend == "return":
            return 0
        points = self.risk[-1].carry_forward_limit_basis_points
        return min(left, int(Fraction(given * points, 10_000)))

    def own(self) -> Settled:
        bears: list[int] = []
        keeps: list[int] = []
        back: list[int] = []
        for place, name in enumerate(self.names):
            spent = self.spent(partner=name) + self.still_to_be_trued_up(place)
            left = self.given[place] + self.brought[place] - spent
            kept = self.kept(max(left, 0), self.given[place])
            bears.append(max(-left, 0))
            keeps.append(kept)
            back.append(max(left, 0) - kept)
        return bears, keeps, back

    def still_to_be_trued_up(self, place: int) -> int:
        return sum(changes[place] for changes in self.books.true_ups(self.year).values())

    def of_scheme(self, scheme: str) -> set[str]:
        return {
            e.contract
            for e in self.books.seen
            if isinstance(e, c.ContractSigned) and (e.terms.scheme or e.terms.spending) == scheme
        }

    def borne(self) -> list[int]:
        """Scheme by scheme, the rest of the fund last; layers first, then weights, then caps."""
        rules = self.risk[-1].rules if self.risk else None
        schemes = rules.schemes if rules else ()
        over: list[int] = []
        unspent = 0
        budgets = rules.risk_pool_pence if rules else 0
        pool = budgets
        named: set[str] = set()
        for scheme in schemes:
            cost = self.spent(contracts=self.of_scheme(scheme.scheme))
            named |= self.of_scheme(scheme.scheme)
            over.append(max(cost - scheme.budget_pence, 0))
            unspent += max(scheme.budget_pence - cost, 0)
            budgets += scheme.budget_pence
        free = sum(self.given) + sum(self.brought) - budgets
        lacking = max(-free, 0)
        while lacking and (unspent or pool):
            part = min(lacking, unspent or pool)
            lacking -= part
            if unspent:
                unspent -= part
            else:
                pool -= part
        uncommitted = max(free, 0) - (self.spent() - self.spent(contracts=named))
        over.append(max(-uncommitted, 0) + lacking)
        holds = {"other-underspends": unspent, "risk-pool": pool, "uncommitted": uncommitted}
        for layer in rules.waterfall if rules else ():
            part = max(min(holds[layer], sum(over)), 0)
            if part:
                met = naive_split(part, over)
                over = [a - b for a, b in zip(over, met, strict=True)]
        bears = [0] * len(self.names)
        for place, pence in enumerate(over):
            own = list(schemes[place].weights) if place < len(schemes) else []
            more = naive_split(pence, self.padded(own)) if own and pence else self.by_bands(pence)
            bears = [a + b for a, b in zip(bears, more, strict=True)]
        return self.capped(bears)

    def padded(self, weights: list[int]) -> list[int]:
        """Whoever joined after a risk share was agreed bears nothing by it."""
        return weights + [0] * (len(self.names) - len(weights))

    def weights(self) -> list[int]:
        assert self.risk, "an overspend, and no risk share agreed"
        if self.risk[-1].rules.basis == "contributions":
            return self.given if sum(self.given) else self.brought
        return self.padded(list(self.risk[-1].overspend_weights))

    def by_bands(self, pence: int) -> list[int]:
        if not pence:
            return [0] * len(self.names)
        bands = list(self.risk[-1].rules.bands)
        edges = [0, *(band.above_pence for band in bands), 10**30]
        every = [self.weights(), *(self.padded(list(band.weights)) for band in bands)]
        bears = [0] * len(self.names)
        for place, weights in enumerate(every):
            part = min(pence, edges[place + 1]) - edges[place]
            if part > 0:
                more = naive_split(part, weights)
                bears = [a + b for a, b in zip(bears, more, strict=True)]
        return bears

    def capped(self, bears: list[int]) -> list[int]:
        if not sum(bears) or not self.risk[-1].rules.caps_pence:
            return bears
        agreed = list(self.risk[-1].rules.caps_pence)
        caps = [*agreed, *[None] * (len(bears) - len(agreed))]
        while True:
            excess = 0
            for place, cap in enumerate(caps):
                if cap is not None and bears[place] > cap:
                    excess += bears[place] - cap
                    bears[place] = cap
            if not excess:
                return bears
            weights = self.weights()
            below = [
                weight if cap is None or bears[place] < cap else 0
                for place, (weight, cap) in enumerate(zip(weights, caps, strict=True))
            ]
            if not sum(below):
                bears[self.names.index(self.risk[-1].rules.beyond_caps)] += excess
                return bears
            more = naive_split(excess, below)
            bears = [a + b for a, b in zip(bears, more, strict=True)]

"""One financial year of a fund's books: every balance, and what each contract cost each partner.

Law: what is of one contract is kept with that contract, so that a posting copies the balances of
its own contract and the pool's few, however many contracts the fund pays for.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from services.gateway.ledgers import accounts
from services.gateway.ledgers.transactions import Transaction
from shared.published.terms import AgencyId, ContractId
from shared.values.closing import Agreement, Funding


class ContractYear(msgspec.Struct, frozen=True, kw_only=True):
    """One contract's own accounts in a year. `costs` is shares by partner, of each element and,
    where partners joined or left, of each weighting.
    """

    balances: dict[str, int] = {}
    costs: dict[str, tuple[int, ...]] = {}

    def total(self, prefix: str) -> int:
        return sum([pence for name, pence in self.balances.items() if name.startswith(prefix)])

    @property
    def attributed_pence(self) -> int:
        return sum(map(sum, self.costs.values()))


NOTHING_YET = ContractYear()


def part_of(element: str, weighting: int) -> str:
    """The part of an element's cost that one weighting split: `Fee`, after a change `Fee/1`."""
    return f"{element}/{weighting}" if weighting else element


def named_part(part: str) -> tuple[str, int]:
    element, _, weighting = part.partition("/")
    return element, int(weighting or 0)


class YearBook(msgspec.Struct, frozen=True, kw_only=True):
    """One financial year of a fund. `pool` is every account that is of no single contract.

    `ring_fences` has what each contribution a partner agreed is fenced to, "" being not at all;
    `taken_up` is how much of what was carried forward the next year has begun with.
    """

    agreement: Agreement
    pool: dict[str, int] = {}
    contracts: dict[ContractId, ContractYear] = {}
    ring_fences: dict[AgencyId, tuple[str, ...]] = {}
    brought_forward: dict[AgencyId, int] = {}
    carried_forward: dict[AgencyId, int] = {}
    taken_up: dict[AgencyId, int] = {}
    result_pence: int | None = None

    @property
    def partners(self) -> tuple[AgencyId, ...]:
        return self.agreement.partners

    @property
    def closed(self) -> bool:
        return self.result_pence is not None

    @property
    def balances(self) -> dict[str, int]:
        """Every account of the year."""
        every = dict(self.pool)
        for one in self.contracts.values():
            every |= one.balances
        return every

    def of(self, contract: ContractId) -> ContractYear:
        return self.contracts.get(contract, NOTHING_YET)

    def balance(self, account: str) -> int:
        if accounts.is_of_contract(account):
            return sum(one.balances.get(account, 0) for one in self.contracts.values())
        return self.pool.get(account, 0)

    def total(self, prefix: str) -> int:
        """The sum of every balance under a branch of the chart."""
        return sum(pence for name, pence in self.balances.items() if name.startswith(prefix))

    def funding(self) -> Funding:
        """Contributions agreed and balances brought forward, in the order of the partners."""
        return Funding(
            contributions_pence=tuple(self.balance(accounts.authority(p)) for p in self.partners),
            brought_forward_pence=tuple(self.brought_forward.get(p, 0) for p in self.partners),
        )

    def by_partner(self, shares_pence: tuple[int, ...]) -> tuple[int, ...]:
        """Shares split before somebody joined, with a place for whoever has joined since."""
        return (*shares_pence, *(0,) * (len(self.partners) - len(shares_pence)))

    def attributed_pence(self) -> tuple[int, ...]:
        """What the year's services have cost each partner."""
        every = [
            self.by_partner(shares)
            for one in self.contracts.values()
            for shares in one.costs.values()
        ]
        return tuple(sum(shares[n] for shares in every) for n in range(len(self.partners)))

    def funding_applied_pence(self) -> tuple[int, ...]:
        """What each partner put in, less what it keeps or gets back."""
        return tuple(
            self.brought_forward.get(partner, 0)
            - self.balance(accounts.contribution(partner))
            - self.balance(accounts.risk_share(partner))
            - self.balance(accounts.contribution_returned(partner))
            - self.carried_forward.get(partner, 0)
            for partner in self.partners
        )

    def after(self, transaction: Transaction) -> YearBook:
        """The year with one more transaction posted in it."""
        pool = dict(self.pool)
        touched: dict[ContractId, ContractYear] = {}
        for entry in transaction.entries:
            balances = pool
            if entry.contract and accounts.is_of_contract(entry.account):
                one = touched.get(entry.contract)
                if one is None:
                    known = self.of(entry.contract)
                    one = ContractYear(balances=dict(known.balances), costs=dict(known.costs))
                    touched[entry.contract] = one
                balances = one.balances
                if entry.element:  # a cost
                    part = part_of(entry.element, entry.weighting)
                    shares = list(self.by_partner(one.costs.get(part, ())))
                    shares[self.partners.index(entry.partner)] += entry.amount_pence
                    one.costs[part] = tuple(shares)
            balances[entry.account] = balances.get(entry.account, 0) + entry.amount_pence
        return replace(self, pool=pool, contracts=self.contracts | touched)

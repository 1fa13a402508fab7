"""The ledger and the naive books side by side, and where they differ.

Law: the ledger's own checks are left out here: what is wrong must show in the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from services.gateway.ledgers.book import FundBook, LedgerEvent, evolve
from services.gateway.ledgers.postings import transactions
from shared.published import contracts as c
from shared.published.terms import Element, Share
from shared.values.closing import Closing, close_year
from tests.gateway.ledgers.naive import Naive
from tests.gateway.ledgers.naive_settling import Settling

CLOSE = date(2026, 3, 31)


class Beside:
    """One fund, kept twice."""

    def __init__(self, fund: str, events: Iterable[LedgerEvent] = ()) -> None:
        self.book = FundBook(fund=fund)
        self.naive = Naive()
        self.take(*events)

    def take(self, *events: LedgerEvent) -> None:
        for event in events:
            self.book = evolve(self.book, event, transactions(self.book, event))
            self.naive.take(event)

    def differences(self) -> list[str]:
        """Every account of every year on which the two do not agree."""
        found: list[str] = []
        for name, year in self.book.years.items():
            ours, theirs = year.balances, self.naive.balances(name)
            found += [
                f"{name} {account}: {ours.get(account, 0)}"
                for account in sorted(ours.keys() | theirs.keys())
                if ours.get(account, 0) != theirs.get(account, 0)
            ]
        return found

    def closing(self, year: str) -> Closing:
        """What the product would close the year with."""
        book = self.book.year(year)
        return close_year(book.agreement, book.funding(), self.book.element_costs(year))

    def closing_differences(self, year: str) -> list[str]:
        """What the product and the naive books would each say at the close of a year."""
        closing = self.closing(year)
        changes = {
            (one.contract, one.element, one.weighting): list(one.changes_pence)
            for one in closing.true_ups
        }
        found = [] if changes == self.naive.true_ups(year) else ["true-ups"]
        settled = closing.settlement
        ours = (settled.overspend_pence, settled.carried_forward_pence, settled.returned_pence)
        theirs = Settling(self.naive, year).settled()
        names = ("overspend", "carried forward", "returned")
        for name, one, other in zip(names, ours, theirs, strict=True):
            if list(one) != other:
                found.append(f"{name}: {one}, not {other}")
        return found

    def close(self, year: str) -> None:
        """Takes the events of a close, worked out from the naive books alone."""
        partners = tuple(self.naive.partners(year))
        for (contract, element, weighting), changes in self.naive.true_ups(year).items():
            changed = c.CostTruedUp(
                fund=self.book.fund, year=year, contract=contract, element=cast(Element, element),
                changes=_shares(partners, changes), effective_on=CLOSE, weighting=weighting,
            )  # fmt: skip
            self.take(changed)
        borne, kept, back = Settling(self.naive, year).settled()
        result = -self.naive.balance(year, "Equity:Budget:Available")
        fund = self.book.fund
        self.take(
            c.YearClosed(
                fund=fund, year=year, result_pence=result, closed_by="O3", approved_by="O4",
                effective_on=CLOSE,
            ),
            c.RiskShareSettled(
                fund=fund, year=year, shares=_shares(partners, borne), effective_on=CLOSE
            ),
            c.UnderspendCarriedForward(
                fund=fund, year=year, shares=_shares(partners, kept), effective_on=CLOSE
            ),
            c.UnderspendReturned(
                fund=fund, year=year, shares=_shares(partners, back), step="due",
                effective_on=CLOSE,
            ),
        )  # fmt: skip


def _shares(partners: tuple[str, ...], pence: list[int]) -> tuple[Share, ...]:
    return tuple(Share(partner=p, pence=n) for p, n in zip(partners, pence, strict=True))
